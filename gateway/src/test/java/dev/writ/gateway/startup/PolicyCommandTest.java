package dev.writ.gateway.startup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PolicyCommandTest {

    private static final PrintStream OUT = System.out;
    private static final PrintStream ERR = System.err;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
    }

    @AfterEach
    void stopListening() {
        System.setOut(OUT);
        System.setErr(ERR);
    }

    @Test
    void printsEveryFileOfAPackAsABodyToPublish() throws IOException {
        Path pack = Path.of("..", "rules", "packs", "billing-support");

        assertThat(bundle(pack)).isZero();

        JsonObject files = ((JsonObject) JsonValue.parse(out.toString(UTF_8).strip()))
                .object("files")
                .orElseThrow();
        assertThat(files.members())
                .containsEntry("refunds.drl", new JsonString(Files.readString(pack.resolve("refunds.drl"))))
                .containsKeys("bundle.yaml", "README.md", "cases/budget.yaml");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void namesThePlaceOfEachRuleThatCannotBeReadAndPrintsNothing() throws IOException {
        write("bundle.yaml", "name: test\nversion: 1\nowners: [security]\ngroups: []\nscope: [mail.*]\n");
        write("a.drl", "rule \"one\"\nsalience 9\nwhen then allow(\"x\"); end");
        write("cases/c.yaml", "- name: [");

        assertThat(bundle(folder)).isEqualTo(1);

        assertThat(out.toString(UTF_8)).isEmpty();
        assertThat(err.toString(UTF_8).lines())
                .anyMatch(line -> line.startsWith(folder + "/a.drl:2:1: found 'salience'"))
                .anyMatch(line -> line.startsWith(folder + "/cases/c.yaml:"));
    }

    @Test
    void namesWhatIsWrongWithTheFilesAsAWhole() throws IOException {
        write("notes.txt", "");

        assertThat(bundle(folder)).isEqualTo(1);

        assertThat(err.toString(UTF_8)).contains(folder + "/notes.txt: a bundle holds");
    }

    @Test
    void asksNoGatewayForTheToolsThatRulesName() throws IOException {
        write("bundle.yaml", "name: test\nversion: 1\nowners: [security]\ngroups: []\nscope: [mail.*]\n");
        write("a.drl", "rule \"one\" when ToolCall( tool == \"mail.send\" ) then allow(\"x\"); end");

        assertThat(bundle(folder)).isZero();
    }

    private static int bundle(Path folder) {
        return new CommandLine(new WritCommand()).execute("policy", "bundle", folder.toString());
    }

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.resolveSibling(""));
        Files.writeString(path, text);
    }
}
