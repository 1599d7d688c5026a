package dev.writ.connect.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.connect.Dialogue;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ProgramTest {

    private static final Duration AMPLE = Duration.ofSeconds(60);

    private final TestProgram program = new TestProgram();
    private final OpenMcp open =
            new OpenMcp(program.settings().maxMessageBytes(64 * 1024).build(), TestProgram.listing());

    @AfterEach
    void close() {
        open.close();
        program.close();
    }

    private ToolResult call() {
        return open.call("create_refund", "{}");
    }

    @Test
    void startsNothingUntilSomethingIsCalled() {
        assertThat(open.connector.tools()).hasSize(1);
        assertThat(program.lines("starts")).isEmpty();
    }

    @Test
    void isOneProgramForAllCalls() {
        call();
        call();
        assertThat(program.lines("starts")).hasSize(1);
    }

    @Test
    void seesOfTheGatewaysEnvironmentOnlyWhereProgramsAre() {
        program.behaves("env | cut -d= -f1 > seen; echo \"$HOME\" > home; answer '{\"content\":[]}'");
        assertThat(call()).isInstanceOf(Succeeded.class);
        // The shell itself adds those that begin with P, O, S and '_'.
        assertThat(program.lines("seen"))
                .contains("PATH", "HOME", "GREETING", "TOKEN")
                .isSubsetOf("PATH", "HOME", "GREETING", "TOKEN", "PWD", "OLDPWD", "SHLVL", "_");
        assertThat(program.lines("home")).containsExactly(program.folder.toString());
    }

    @Test
    void startsItAgainAfterACrashAndDoesNotKnowWhatTheCallDid() {
        program.behaves("exit 1");
        assertThat(call()).isInstanceOf(OutcomeUnknown.class);
        program.behaves("answer '{\"content\":[]}'");
        assertThat(call()).isInstanceOf(Succeeded.class);
        assertThat(program.lines("starts")).hasSize(2);
    }

    @Test
    void startsAProgramThatAlwaysCrashesEverMoreSeldom() {
        program.write("broken", "");
        for (int call = 0; call < 20; call++) {
            assertThat(((Failed) call()).reason()).endsWith("; nothing was sent");
        }
        assertThat(program.lines("starts")).hasSizeBetween(1, 6);
    }

    @Test
    void dropsALineWithoutEnd() {
        program.behaves("head -c 1000000 /dev/zero | tr '\\0' 'x'");
        assertThat(((OutcomeUnknown) call()).reason()).contains("a line of more than 65536 bytes");
    }

    @Test
    void isNotHeldUpByAFloodOfErrors() {
        program.behaves(
                "head -c 3000000 /dev/zero | tr '\\0' 'e' >&2; echo >&2; echo oops >&2; answer '{\"content\":[]}'");
        assertThat(call()).isInstanceOf(Succeeded.class);
        await().atMost(AMPLE).until(() -> diagnostics().contains("oops"));
        assertThat(diagnostics()).allMatch(line -> line.length() <= 500);
    }

    private List<String> diagnostics() {
        return open.connector.diagnostics().await().atMost(AMPLE);
    }

    @Test
    void overlooksLinesThatAreNoMessages() {
        program.behaves("echo 'starting up...'; echo '[1,2]'; answer '{\"content\":[]}'");
        assertThat(call()).isInstanceOf(Succeeded.class);
    }

    @Test
    void tellsItThatACallIsGivenUp() {
        program.behaves(":");
        ToolResult result = open.call("create_refund", "{}", Duration.ofSeconds(5), Dialogue.NONE);
        assertThat(result).isInstanceOf(OutcomeUnknown.class);
        await().atMost(AMPLE).until(() -> program.lines("cancelled").size() == 1);
        assertThat(program.lines("cancelled").get(0))
                .contains("\"requestId\":" + program.lines("calls").get(0));
    }

    @Test
    void endsWithAllItStarted() {
        program.behaves("sleep 1000 & echo $! >> children; answer '{\"content\":[]}'");
        call();
        assertThat(program.anyAlive("children")).isTrue();
        open.connector.close();
        await().atMost(AMPLE).until(() -> !program.anyAlive("starts") && !program.anyAlive("children"));
    }

    @Test
    void endsEvenIfItDoesNotWantTo() {
        program.behaves("trap '' TERM; answer '{\"content\":[]}'; while :; do sleep 1; done");
        call();
        open.connector.close();
        await().atMost(AMPLE).until(() -> !program.anyAlive("starts"));
    }

    @Test
    void saysThatAProgramCannotBeStarted() {
        Endpoint.Command missing =
                new Endpoint.Command(List.of("no-such-program-4711"), program.folder, Map.of(), Map.of());
        try (OpenMcp other =
                new OpenMcp(McpConnectorSettings.of("files", missing).build(), TestProgram.listing())) {
            ToolResult result = other.call("create_refund", "{}");
            assertThat(((Failed) result).reason()).isEqualTo("the program could not be started; nothing was sent");
        }
    }
}
