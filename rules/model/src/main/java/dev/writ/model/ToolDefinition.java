package dev.writ.model;

/**
 * A tool as it is pinned: what the gateway knows of it when it decides.
 *
 * @param connector the registered connector that carries it out
 * @param inputSchema JSON Schema 2020-12 of the arguments, closed: what it does not name is refused
 * @param idempotent the operator declared that a repeated request with the same idempotency key has no further effect
 * @param effects what the operator says that its calls do
 */
public record ToolDefinition(
        ToolName name,
        String connector,
        String description,
        JsonObject inputSchema,
        boolean idempotent,
        ToolEffects effects) {

    /** A tool of whose effects nothing was said. */
    public ToolDefinition(
            ToolName name, String connector, String description, JsonObject inputSchema, boolean idempotent) {
        this(name, connector, description, inputSchema, idempotent, ToolEffects.UNSAID);
    }

    /** The same tool, of which that is said. */
    public ToolDefinition with(ToolEffects said) {
        return new ToolDefinition(name, connector, description, inputSchema, idempotent, said);
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
        return effects.isUnsaid()
                ? json.build()
                : json.put("effects", effects.toJson()).build();
    }
}
