package dev.writ.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConnectorsCommandTest {

    @Test
    void aMemberOfAServerWritesNoLineOfItsOwn() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        ConnectorsCommand.changes(
                new PrintStream(bytes, true, StandardCharsets.UTF_8),
                "  ",
                Stream.of(change("/a\\n    tool x: none\\tb")));

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("  /a<LF>    tool x: none<TAB>b", "    + 1");
    }

    @Test
    void nothingSteersTheTerminal() {
        assertThat(Line.of("a\u009b2Jb\u202ec\u2028d\u001be\u200bf")).isEqualTo("a?2Jb?c?d?e?f");
        assertThat(Line.of("Zürich, 東京")).isEqualTo("Zürich, 東京");
    }

    @Test
    void showsWhereAServerIsOrWhatItRuns() {
        assertThat(ConnectorsCommand.place((JsonObject) JsonValue.parse("{\"baseUrl\": \"https://a.example\"}")))
                .isEqualTo("https://a.example");
        assertThat(ConnectorsCommand.place((JsonObject) JsonValue.parse(
                        "{\"baseUrl\": \"\", \"mcp\": {\"command\": [\"/usr/bin/node\", \"a\\nb.js\"]}}")))
                .isEqualTo("runs /usr/bin/node a<LF>b.js");
    }

    @Test
    void nothingIsApprovedOfWhichMoreDiffersThanIsShown() {
        ConnectorsCommand.Approve approve = new ConnectorsCommand.Approve();
        JsonObject cut = (JsonObject) JsonValue.parse(
                "{\"diff\": [{\"member\": \"/a\"}, {\"member\": \"and 3 more, which are not shown\"}]}");
        JsonObject whole = (JsonObject) JsonValue.parse("{\"diff\": [{\"member\": \"/a\"}, {\"member\": \"\"}]}");

        assertThatThrownBy(() -> approve.check(cut)).hasMessageContaining("more differs than");
        approve.check(whole);
        assertThat(ConnectorsCommand.isCut(Stream.of(change("/a")))).isFalse();
    }

    private static JsonObject change(String member) {
        return (JsonObject) JsonValue.parse("{\"member\": \"" + member + "\", \"is\": \"1\"}");
    }
}
