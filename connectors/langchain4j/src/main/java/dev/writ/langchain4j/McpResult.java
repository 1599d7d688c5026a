package dev.writ.langchain4j;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * What a tool of an MCP server answered: Writ passes it on as it is, and a model reads it more easily without its wrapping.
 *
 * @param contents its blocks, texts and images; any other block as JSON
 */
record McpResult(List<Content> contents) {

    /** A result with anything else in it is left as it is. */
    private static final Set<String> MEMBERS = Set.of("content", "structuredContent", "isError", "_meta", "resultType");

    McpResult {
        contents = List.copyOf(contents);
    }

    /** Empty if the result is none of an MCP server. */
    static Optional<McpResult> of(JsonNode result) {
        JsonNode blocks = result.path("content");
        boolean is = blocks.isArray()
                && result.properties().stream().allMatch(member -> MEMBERS.contains(member.getKey()))
                && StreamSupport.stream(blocks.spliterator(), false)
                        .allMatch(block -> block.path("type").isTextual());
        if (!is) {
            return Optional.empty();
        }
        List<Content> contents = new ArrayList<>();
        blocks.forEach(block -> contents.add(content(block)));
        if (contents.isEmpty()) {
            contents.add(TextContent.from(
                    result.has("structuredContent")
                            ? Json.text(result.path("structuredContent"))
                            : "Done. The tool answered without content."));
        }
        return Optional.of(new McpResult(contents));
    }

    boolean isText() {
        return contents.stream().allMatch(TextContent.class::isInstance);
    }

    /** All of it that is text. */
    String text() {
        return contents.stream()
                .filter(TextContent.class::isInstance)
                .map(content -> ((TextContent) content).text())
                .collect(Collectors.joining("\n"));
    }

    private static Content content(JsonNode block) {
        JsonNode text = block.path("text");
        if (block.path("type").textValue().equals("text") && !text.asText().isBlank()) {
            return TextContent.from(text.asText());
        }
        boolean isImage = block.path("type").textValue().equals("image")
                && block.path("data").isTextual()
                && block.path("mimeType").isTextual();
        return isImage
                ? ImageContent.from(
                        block.path("data").textValue(), block.path("mimeType").textValue())
                : TextContent.from(Json.text(block));
    }
}
