package dev.writ.model;

import java.util.Optional;

/**
 * A tool as it is pinned: what the gateway knows of it when it decides.
 *
 * @param connector the registered connector that carries it out
 * @param inputSchema JSON Schema 2020-12 of the arguments, closed: what it does not name is refused
 * @param idempotent the operator declared that a repeated request with the same idempotency key has no further effect
 * @param effects what the operator says that its calls do
 * @param published the tool as an MCP server published it, member for member; absent where no server did
 */
public record ToolDefinition(
        ToolName name,
        String connector,
        String description,
        JsonObject inputSchema,
        boolean idempotent,
        ToolEffects effects,
        Optional<JsonObject> published) {

    /** A tool of whose effects nothing was said. */
    public ToolDefinition(
            ToolName name, String connector, String description, JsonObject inputSchema, boolean idempotent) {
        this(name, connector, description, inputSchema, idempotent, ToolEffects.UNSAID, Optional.empty());
    }

    /** The same tool, of which that is said. */
    public ToolDefinition with(ToolEffects said) {
        return new ToolDefinition(name, connector, description, inputSchema, idempotent, said, published);
    }

    /** What its results must look like (MCP {@code outputSchema}), if the server said so. */
    public Optional<JsonObject> outputSchema() {
        return published.flatMap(tool -> tool.object("outputSchema"));
    }

    /** Identifies exactly this definition: SHA-256 over the RFC 8785 form of all of it. */
    public Digest digest() {
        return Digest.of(toJson());
    }

    /** All of it. */
    public JsonObject toJson() {
        JsonObject.Builder json = JsonObject.builder()
                .put("name", name.value())
                .put("connector", connector)
                .put("description", description)
                .put("inputSchema", inputSchema)
                .put("idempotent", idempotent);
        // Left out where nothing was said: definitions that were pinned without it keep their digest.
        if (!effects.isUnsaid()) {
            json.put("effects", effects.toJson());
        }
        published.ifPresent(tool -> json.put("published", tool));
        return json.build();
    }
}
