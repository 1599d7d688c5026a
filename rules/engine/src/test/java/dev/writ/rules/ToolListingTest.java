package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.ToolDefinition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolListingTest {

    private final List<BundleProblem> problems = new ArrayList<>();

    @Test
    void readsWhatAGatewayAnswers() {
        List<ToolDefinition> tools = read("""
                {"items": [{"name": "mail.send", "connector": "mail", "description": "Sends.", "idempotent": true,
                  "inputSchema": {"type": "object"}, "labels": [], "digest": "sha256:0"}], "next": "mail.send"}
                """);

        assertThat(problems).isEmpty();
        assertThat(tools).singleElement().satisfies(tool -> {
            assertThat(tool.name()).hasToString("mail.send");
            assertThat(tool.idempotent()).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"tools\": [{\"name\": \"sendHTMLMail\", \"inputSchema\": {\"type\": \"object\"}}]}",
                "{\"jsonrpc\": \"2.0\", \"id\": 1, \"result\": {\"tools\": [{\"name\": \"send_html_mail\", \"inputSchema\": {}}]}}",
                "tools:\n  - name: send_html_mail\n    inputSchema: { type: object }\n",
            })
    void readsWhatAnMcpServerAnswers(String text) {
        assertThat(read(text)).extracting(tool -> tool.name().value()).containsExactly("mail.send_html_mail");
        assertThat(problems).isEmpty();
    }

    @Test
    void readsWhatIsSaidOfEffects() {
        assertThat(read("""
                tools:
                  - { name: send, inputSchema: {}, effects: { risk: high, outbound: true } }
                """))
                .singleElement()
                .satisfies(tool -> assertThat(tool.effects().toJson().toJson())
                        .isEqualTo("{\"outbound\":true,\"risk\":\"high\"}"));
        assertThat(problems).isEmpty();
    }

    @Test
    void saysWhichEffectsItCannotUse() {
        assertThat(read("tools: [ { name: send, inputSchema: {}, effects: { risk: huge } } ]"))
                .isEmpty();
        assertThat(problems).singleElement().asString().contains("'risk' is low, medium, high or critical");
    }

    @Test
    void aListingMayNameItsConnector() {
        List<ToolDefinition> tools =
                read("connector: post\ntools:\n  - { name: send, inputSchema: { type: object } }\n");

        assertThat(problems).isEmpty();
        assertThat(tools).singleElement().satisfies(tool -> {
            assertThat(tool.name()).hasToString("post.send");
            assertThat(tool.connector()).isEqualTo("post");
        });
    }

    @Test
    void saysThatAConnectorIsNotCalledSo() {
        assertThat(read("{\"connector\": \"Post Office\", \"tools\": []}")).isEmpty();
        assertThat(problems)
                .singleElement()
                .asString()
                .contains("'Post Office' is no name of a connector: lower-case letters, digits, '_' and '-'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{}",
                "a: [",
                "[1]",
                "{\"tools\": [{\"name\": \"a b\", \"inputSchema\": {}}]}",
                "{\"tools\": [{\"name\": \"a\"}]}"
            })
    void saysWhatIsNoListOfTools(String text) {
        assertThat(read(text)).isEmpty();
        assertThat(problems).singleElement().asString().startsWith("tools.json");
    }

    private List<ToolDefinition> read(String text) {
        return ToolListing.parse("tools.json", text, problems)
                .map(json -> ToolListing.read("tools.json", json, "mail", problems))
                .orElse(List.of());
    }
}
