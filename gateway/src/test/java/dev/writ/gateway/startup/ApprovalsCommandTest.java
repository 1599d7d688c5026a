package dev.writ.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import dev.writ.model.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code writ approvals}, typed. */
@WritTest
class ApprovalsCommandTest {

    @TempDir
    private Path folder;

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();

    @BeforeEach
    void write() throws IOException {
        Files.writeString(
                folder.resolve("key"), fixture.approver("fay", "finance").key() + "\n");
    }

    @Test
    void whatWaitsIsListedShownAndApproved() {
        String call = escalated(210);

        assertThat(approvals("list", "--agent", agent.name()).lines())
                .anyMatch(line -> line.startsWith("open ") && line.contains(call + "  bank.pay  by " + agent.name()))
                .anyMatch(line -> line.contains("finance: 0 of 1, \"large payment needs finance\""));
        Terminal shown = approvals("show", call);
        assertThat(shown.lines()).contains("  /arguments/amount  210", "  /arguments/to  \"acme\"");
        String view = view(shown);

        Terminal approved = approvals("approve", call, "--view=" + view.substring(0, 8), "--reason", "invoice 12");

        assertThat(approved.exitCode()).as(approved.err()).isZero();
        assertThat(approved.out()).startsWith("approved ");
        assertThat(agent.ended(call).jsonPath().getString("id")).isEqualTo(call);
        assertThat(approvals("list", "--agent", agent.name()).out()).isEmpty();
    }

    @Test
    void nothingIsApprovedUnseen() {
        String call = escalated(220);

        Terminal other = approvals("approve", call, "--view=" + "A".repeat(22), "--reason", "fine");
        Terminal guessed = approvals("approve", call, "--view=", "--reason", "fine");

        assertThat(List.of(other.exitCode(), guessed.exitCode())).containsOnly(1);
        assertThat(other.err()).contains("what waits is not what you saw").contains("writ approvals show " + call);
        assertThat(guessed.err()).contains("8 characters");
        assertThat(approvals("show", call).out()).startsWith("open ");
    }

    @Test
    void aRefusalEndsIt() {
        String call = escalated(230);

        assertThat(approvals("refuse", call, "--reason", "no invoice").out()).startsWith("refused ");
        assertThat(approvals("show", call).out()).contains("ended by fay: no invoice");
    }

    @Test
    void whoeverApprovesSeesEveryCharacter() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        ApprovalsCommand.whole(
                new PrintStream(bytes, true, StandardCharsets.UTF_8),
                "",
                JsonValue.parse("{\"a\":{\"to\\n\":\"ac\u200bme\\n/b  1\u202e\"},\"list\":[1,{}]}"));

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("  /a/to<U+000A>  \"ac<U+200B>me\\n/b  1<U+202E>\"", "  /list/0  1", "  /list/1  {}");
    }

    private String escalated(int amount) {
        return agent.call("bank.pay", Map.of("to", "acme", "amount", amount))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    private static String view(Terminal shown) {
        String last = shown.lines().get(shown.lines().size() - 1);
        assertThat(last).startsWith("view ");
        return last.substring("view ".length());
    }

    private Terminal approvals(String... words) {
        List<String> options = List.of("--url=" + fixture.admin.baseUrl(), "--key-file=" + folder.resolve("key"));
        return Terminal.run(Stream.concat(Stream.concat(Stream.of("approvals"), Stream.of(words)), options.stream())
                .toArray());
    }
}
