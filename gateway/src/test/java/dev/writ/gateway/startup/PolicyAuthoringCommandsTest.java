package dev.writ.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyAuthoringCommandsTest {

    private static final Path PACK = Path.of("..", "rules", "packs", "billing-support");

    private static final String MANIFEST = "name: mail\nversion: 1\nowners: [security]\ngroups: []\nscope: [mail.*]\n";
    private static final String RULE = """
            // why
            rule "few" when ToolCall( tool == "mail.send", number("size")<=5 )
            then allow("few"); end
            """;
    private static final String CASES = """
            - name: six
              call: { tool: mail.send, arguments: { size: 6 } }
              principal: { agent: bot }
              expect: deny
            """;

    @TempDir
    private Path folder;

    @Test
    void formatsInPlaceAndChecks() throws IOException {
        bundle("a", RULE);
        Path file = folder.resolve("a/mail.drl");

        Terminal check = Terminal.run("policy", "format", "--check", folder.resolve("a"));
        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.lines()).containsExactly(file + ": is not formatted");
        assertThat(file).hasContent(RULE);

        assertThat(Terminal.run("policy", "format", folder.resolve("a")).exitCode())
                .isZero();
        assertThat(file).content().startsWith("// why\nrule \"few\"\nwhen\n    ToolCall( tool ==");
        assertThat(Terminal.run("policy", "format", "--check", file).exitCode()).isZero();
    }

    @Test
    void aFileThatCannotBeReadIsNotFormatted() throws IOException {
        bundle("a", "rule");

        Terminal run = Terminal.run("policy", "format", folder.resolve("a"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith(folder.resolve("a/mail.drl") + ":1:");
        assertThat(Terminal.run("policy", "format", folder.resolve("none")).exitCode())
                .isEqualTo(2);
    }

    @Test
    void explainsACaseAndTheWayToAnAllow() throws IOException {
        bundle("a", RULE);

        Terminal run = Terminal.run("policy", "explain", folder.resolve("a"), "six");

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines())
                .contains(
                        "came: deny, since no rule spoke",
                        folder + "/a/mail.drl:2: \"few\" says nothing; it would say allow",
                        "  fails     number(\"size\") <= 5",
                        "nearest to an allow: \"few\", if",
                        "  - 'size' at most 5",
                        "  then: allow by \"few\"");
        assertThat(Terminal.run("policy", "explain", folder.resolve("a"), "seven")
                        .exitCode())
                .isEqualTo(1);
    }

    @Test
    void explainsCasesOfAPack() {
        Terminal run = Terminal.run("policy", "explain", PACK, "finance is not asked about a stranger's card");

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines())
                .anyMatch(line -> line.endsWith("\"refund only to cards the customer has paid with\" says deny: this"
                        + " customer's payment history, as read within the last 5 hours, does not show this card"));
    }

    @Test
    void saysWhatDiffersInMeaning() throws IOException {
        bundle("a", RULE);
        bundle("b", RULE.replace("<=5", "<=6"));
        bundle("c", RULE.replace("<=5", " <= 5.0"));

        Terminal different = Terminal.run("policy", "diff", folder.resolve("a"), folder.resolve("b"));

        assertThat(different.exitCode()).isZero();
        assertThat(different.lines())
                .containsExactly(
                        "changed: \"few\"",
                        "  -     ToolCall( tool == \"mail.send\", number(\"size\") <= 5 )",
                        "  +     ToolCall( tool == \"mail.send\", number(\"size\") <= 6 )",
                        "case cases/mail.yaml:1: six",
                        "  before: deny, since no rule spoke",
                        "  after:  allow by \"few\": few");
        assertThat(Terminal.run("policy", "diff", folder.resolve("a"), folder.resolve("c"))
                        .lines())
                .containsExactly("no difference in meaning");
    }

    @Test
    void draftsABundleThatPassesItsOwnTests() throws IOException {
        Path log = folder.resolve("log");
        Files.createDirectories(log);
        Files.writeString(log.resolve("0.ndjson"), """
                {"specversion":"1.0","data":{"kind":"DECIDED","tool":"mail.send","verdict":"allow","subject":"p"}}
                {"specversion":"1.0","data":{"kind":"DECIDED","tool":"mail.erase","verdict":"deny","subject":"p"}}
                {"call":"c","tool":"mail.list","subject":"p","decisions":[{"verdict":"allow","facts":{"value":{"arguments":{}}}}]}
                """);
        Path draft = folder.resolve("draft");

        Terminal run = Terminal.run("policy", "draft", "--from", log, draft);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("drafted " + draft + " from 2 calls, 1 of them with arguments");
        assertThat(draft.resolve("draft.drl")).content().doesNotContain("mail.erase");
        assertThat(Terminal.run("policy", "test", draft).exitCode()).isZero();
        assertThat(Terminal.run("policy", "draft", "--from", log, draft).exitCode())
                .isEqualTo(2);
    }

    @Test
    void draftsNothingFromNothing() throws IOException {
        Files.writeString(folder.resolve("empty.ndjson"), "\n");
        Files.writeString(folder.resolve("bad.ndjson"), "[1]\n");

        assertThat(Terminal.run("policy", "draft", "--from", folder.resolve("empty.ndjson"), folder.resolve("d"))
                        .exitCode())
                .isEqualTo(1);
        Terminal bad = Terminal.run("policy", "draft", "--from", folder.resolve("bad.ndjson"), folder.resolve("d"));
        assertThat(bad.exitCode()).isEqualTo(2);
        assertThat(bad.err()).contains("bad.ndjson:1: here stands one JSON object a line");
    }

    private void bundle(String name, String rules) throws IOException {
        Path bundle = folder.resolve(name);
        Files.createDirectories(bundle.resolve("cases"));
        Files.writeString(bundle.resolve("bundle.yaml"), MANIFEST);
        Files.writeString(bundle.resolve("mail.drl"), rules);
        Files.writeString(bundle.resolve("cases/mail.yaml"), CASES);
    }
}
