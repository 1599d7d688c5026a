package dev.writ.connect.mcp;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonException;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a server says that it is and offers, member for member as it said it.
 *
 * @param server MCP {@code Implementation}
 * @param instructions for models, as the server wrote them; empty if it wrote none
 */
public record McpListing(
        JsonObject server,
        JsonObject capabilities,
        Optional<String> instructions,
        List<JsonObject> tools,
        List<JsonObject> prompts,
        List<JsonObject> resourceTemplates) {

    private static final int MAX_BYTES = 16 * 1024 * 1024;
    private static final int MAX_DEPTH = 64;

    public McpListing {
        tools = List.copyOf(tools);
        prompts = List.copyOf(prompts);
        resourceTemplates = List.copyOf(resourceTemplates);
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException that says what is wrong with it
     */
    public static McpListing parse(String document) {
        try {
            JsonValue value = JsonValue.parseKeepingDigits(
                    document.getBytes(StandardCharsets.UTF_8), new JsonLimits(MAX_BYTES, MAX_DEPTH));
            if (value instanceof JsonObject json) {
                return fromJson(json);
            }
            throw new IllegalArgumentException("a server's listing is a JSON object");
        } catch (JsonException malformed) {
            throw new IllegalArgumentException("a server's listing is JSON; " + malformed.what(), malformed);
        }
    }

    static McpListing fromJson(JsonObject json) {
        return new McpListing(
                json.object("server").orElse(JsonObject.empty()),
                json.object("capabilities").orElse(JsonObject.empty()),
                json.text("instructions"),
                objects(json, "tools"),
                objects(json, "prompts"),
                objects(json, "resourceTemplates"));
    }

    private static List<JsonObject> objects(JsonObject json, String name) {
        List<JsonValue> items = json.array(name).map(JsonArray::items).orElse(List.of());
        if (!items.stream().allMatch(JsonObject.class::isInstance)) {
            throw new IllegalArgumentException("'" + name + "' of a server's listing is an array of objects");
        }
        return items.stream().map(JsonObject.class::cast).toList();
    }

    /** All of it, to be pinned. */
    public JsonObject toJson() {
        return JsonObject.builder()
                .put("server", server)
                .put("capabilities", capabilities)
                .put("instructions", instructions)
                .put("tools", new JsonArray(List.copyOf(tools)))
                .put("prompts", new JsonArray(List.copyOf(prompts)))
                .put("resourceTemplates", new JsonArray(List.copyOf(resourceTemplates)))
                .build();
    }

    boolean offers(String capability) {
        return capabilities.object(capability).isPresent();
    }

    @Override
    public String toString() {
        return "McpListing[" + tools.size() + " tools, " + prompts.size() + " prompts]";
    }
}
