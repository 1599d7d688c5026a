package dev.writ.gateway.startup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a version, typed. */
@WritTest
class PolicyLifeCommandsTest {

    private static final PrintStream OUT = System.out;

    @TempDir
    private Path folder;

    private final Fixture fixture = Bank.shared().fixture();
    private final String name = "cli-" + UUID.randomUUID();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(out, true, UTF_8));
    }

    @AfterEach
    void stopListening() {
        System.setOut(OUT);
    }

    @Test
    void aVersionIsPublishedTriedActivatedAndTakenBack() throws IOException {
        assertThat(writ(fixture.author, "publish", bundle("1", "first").toString()))
                .startsWith(name + "@1 sha256:");
        writ(fixture.author, "publish", bundle("2", "second").toString());
        assertThat(writ(fixture.author, "shadow", name + "@1")).startsWith("in the shadow from entry ");
        assertThat(writ(fixture.author, "flips", name + "@1")).contains("calls compared");
        assertThat(writ(fixture.author, "shadow", "--end", name + "@1")).startsWith("no longer in the shadow");
        assertThat(writ(fixture.reviewer, "approve", name + "@1")).startsWith("approved from entry ");
        assertThat(writ(fixture.reviewer, "canary", name + "@1", "--percent", "10"))
                .startsWith("decides for 10 % of identities from entry ");
        assertThat(writ(fixture.reviewer, "activate", name + "@1")).startsWith("decides from entry ");
        assertThat(writ(fixture.reviewer, "activate", name + "@2")).startsWith("decides from entry ");
        assertThat(writ(fixture.reviewer, "rollback", name)).startsWith("rolled back from entry ");
        assertThat(writ(fixture.auditor, "list", "--used").lines())
                .anyMatch(line -> line.startsWith("active") && line.contains(name + "@1"))
                .noneMatch(line -> line.contains(name + "@2"));
        assertThat(writ(fixture.reviewer, "deactivate", name + "@1")).startsWith("decides nothing any more");
    }

    @Test
    void saysWhatTheGatewaySaysOfWhatIsRefused() throws IOException {
        assertThat(run(fixture.reviewer, "rollback", name)).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("writ: There is no version of this name to go back to.");

        assertThat(run(fixture.reviewer, "activate", name + "@7")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("no version " + name + "@7 was published");
    }

    private Path bundle(String version, String reason) throws IOException {
        Path bundle = Files.createDirectories(folder.resolve(version));
        Files.writeString(
                bundle.resolve("bundle.yaml"),
                "name: " + name + "\nversion: " + version + "\nowners: [tests]\nscope: [bank.nothing]\n");
        Files.writeString(
                bundle.resolve("rules.drl"),
                "rule \"" + name + "\" when ToolCall( session == \"none\" ) then allow(\"" + reason + "\"); end\n");
        return bundle;
    }

    private String writ(Client as, String... arguments) throws IOException {
        out.reset();
        assertThat(run(as, arguments))
                .withFailMessage(() -> err.toString(UTF_8))
                .isZero();
        return out.toString(UTF_8);
    }

    private int run(Client as, String... arguments) throws IOException {
        Path key = Files.writeString(folder.resolve("key"), as.key());
        String[] line = Stream.concat(
                        Stream.of("policy", arguments[0], "--url", as.baseUrl(), "--key-file", key.toString()),
                        Stream.of(arguments).skip(1))
                .toArray(String[]::new);
        return Main.commands().setErr(new PrintWriter(err, true, UTF_8)).execute(line);
    }
}
