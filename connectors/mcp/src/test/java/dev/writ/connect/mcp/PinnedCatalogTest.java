package dev.writ.connect.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PinnedCatalogTest {

    private static final McpConnectorSettings SETTINGS = McpConnectorSettings.of(
                    "files", Endpoint.Http.of(URI.create("https://mcp.example.com/mcp")))
            .build();

    private final List<Skipped> skipped = new ArrayList<>();

    private List<ToolDefinition> tools(String... tools) {
        return read("{\"tools\":[" + String.join(",", tools) + "]}");
    }

    private List<ToolDefinition> read(String listing) {
        return McpConnector.describe(SETTINGS, McpListing.parse(listing), OpenMcp.SCHEMAS, skipped);
    }

    private static String tool(String name, String schema) {
        return "{\"name\":\"" + name + "\",\"inputSchema\":" + schema + "}";
    }

    @Test
    void namesToolsPromptsAndWhatIsNoTool() {
        List<ToolDefinition> tools = read("{\"tools\":[" + tool("readFile", "{\"type\":\"object\"}")
                + "],\"prompts\":[{\"name\":\"Code-Review\"}],"
                + "\"capabilities\":{\"resources\":{\"subscribe\":true},\"completions\":{}}}");
        assertThat(tools)
                .extracting(tool -> tool.name().value())
                .containsExactly(
                        "files.mcp.complete",
                        "files.mcp.prompt.code-review",
                        "files.mcp.resources.read",
                        "files.mcp.resources.subscribe",
                        "files.read_file");
        assertThat(skipped).isEmpty();
    }

    @Test
    void keepsADefinitionAsItWasPublished() {
        String published =
                "{\"name\":\"a\",\"inputSchema\":{\"type\":\"object\"},\"annotations\":{\"x\":1e2},\"new\":[null]}";
        assertThat(tools(published).get(0).published().map(JsonValue::toJson))
                .isEqualTo(Optional.of(JsonValue.parse(published).toJson()));
    }

    @Test
    void closesASchemaThatDoesNotSayWhetherMoreIsWelcome() {
        assertThat(tools(tool("a", "{\"type\":\"object\",\"allOf\":[]}"))
                        .get(0)
                        .inputSchema()
                        .toJson())
                .contains("\"unevaluatedProperties\":false");
        assertThat(tools(tool("a", "{\"type\":\"object\",\"additionalProperties\":true}"))
                        .get(0)
                        .inputSchema()
                        .toJson())
                .doesNotContain("unevaluated");
    }

    @Test
    void closesASchemaOfAnOldDraftInTheWayThatItKnows() {
        String dialect = "\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"type\":\"object\"";
        assertThat(tools(tool("a", "{" + dialect + "}")).get(0).inputSchema().toJson())
                .contains("\"additionalProperties\":false")
                .doesNotContain("unevaluated");
        assertThat(tools(tool("a", "{" + dialect + ",\"allOf\":[]}"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "{\"type\":\"string\"}",
                "{\"type\":\"object\",\"$schema\":\"https://example.com/dialect\"}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"https://example.com/a.json\"}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"file:///etc/passwd\"}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"\"}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":{}}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"a b\"}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"number\",\"x-mcp-header\":\"A\"}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"A\"},"
                        + "\"b\":{\"type\":\"string\",\"x-mcp-header\":\"a\"}}}"
            })
    void skipsAToolWhoseSchemaCannotBeUsed(String schema) {
        assertThat(tools(tool("a", schema))).isEmpty();
        assertThat(skipped).hasSize(1);
    }

    @Test
    void skipsAToolWhoseSchemaIsNestedWithoutEnd() {
        String schema = "{\"type\":\"object\",\"not\":" + "{\"not\":".repeat(50) + "{}" + "}".repeat(50) + "}";
        tools(tool("a", schema));
        assertThat(skipped).containsExactly(new Skipped("tools/a", "its 'inputSchema' is nested deeper than 40"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mcp.x", "MCP.prompt.greet", "a b", "naïve", "a/b"})
    void skipsAToolWithANameThatNoToolCanHave(String name) {
        assertThat(tools(tool(name, "{\"type\":\"object\"}"))).isEmpty();
        assertThat(skipped).hasSize(1);
    }

    @Test
    void skipsBothToolsThatWouldBeCalledTheSame() {
        String schema = "{\"type\":\"object\"}";
        assertThat(tools(tool("readFile", schema), tool("read_file", schema), tool("a", schema)))
                .extracting(tool -> tool.name().value())
                .containsExactly("files.a");
        assertThat(skipped).extracting(Skipped::where).containsExactlyInAnyOrder("tools/readFile", "tools/read_file");
    }

    @Test
    void refusesAListingThatIsNone() {
        assertThatThrownBy(() -> McpListing.parse("{\"tools\":[1]}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'tools' of a server's listing is an array of objects");
    }
}
