package dev.writ.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyLintCommandTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void makeABundle() throws IOException {
        write("bundle.yaml", "name: mail\nversion: 1\nowners: [security]\ngroups: []\nscope: [mail.*]\n");
        write("mail.drl", """
                rule "never"
                when
                    ToolCall( tool == "mail.send", number("size") > 5, number("size") < 5 )
                then
                    allow("never");
                end
                """);
        write("cases/mail.yaml", """
                - name: nothing
                  call: { tool: mail.send, arguments: { size: 5 } }
                  principal: { agent: bot }
                  expect: deny
                """);
    }

    @Test
    void namesPlaceAndIdAndWhatToDo() {
        Terminal run = Terminal.run("policy", "lint", folder);

        assertThat(run.exitCode()).isZero();
        assertThat(run.lines())
                .contains(folder + "/mail.drl:1:1: W012 never-fires: \"never\" never fires: no call meets all that it"
                        + " asks of the call. Correct the comparisons, or remove it")
                .contains(folder + ": 0 of level error, 2 of level warning, 0 of level info")
                .anyMatch(line -> line.contains("no tools are given"));
    }

    @Test
    void warningsFailOnlyIfAskedTo() {
        assertThat(Terminal.run("policy", "lint", "--strict", folder).exitCode())
                .isEqualTo(1);
        assertThat(Terminal.run("policy", "lint", "--strict", "--ignore", "W012,W016", folder)
                        .exitCode())
                .isZero();
        Terminal unknown = Terminal.run("policy", "lint", "--ignore", "W999", folder);
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("there is no 'W999' to ignore; the ids are E001");
    }

    @Test
    void errorsAlwaysFail() throws IOException {
        write("mail.drl", "rule \"x\" when ToolCall( tool == \"crm.x\" ) then allow(\"y\"); end");

        Terminal run = Terminal.run("policy", "lint", "--github", folder);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.lines())
                .anyMatch(line -> line.startsWith("::error file=" + folder
                        + "/mail.drl,line=1,col=33,title=E005 outside-scope::the tool 'crm.x' is outside"));
    }

    @Test
    void printsJson() {
        Terminal run = Terminal.run("policy", "lint", "--json", folder);

        JsonObject bundle = (JsonObject) ((JsonObject) JsonValue.parse(run.out().strip()))
                .array("bundles")
                .orElseThrow()
                .items()
                .get(0);
        assertThat(bundle.array("findings").orElseThrow().items())
                .extracting(finding -> ((JsonObject) finding).text("id").orElse(""))
                .containsExactly("W012", "W016");
    }

    private void write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
