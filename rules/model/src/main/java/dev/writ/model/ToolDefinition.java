package dev.writ.model;

/**
 * A tool as it is pinned: what the gateway knows of it when it decides.
 *
 * @param connector the registered connector that carries it out
 * @param inputSchema JSON Schema 2020-12 of the arguments, closed: what it does not name is refused
 * @param idempotent the operator declared that a repeated request with the same idempotency key has no further effect
 */
public record ToolDefinition(
        ToolName name, String connector, String description, JsonObject inputSchema, boolean idempotent) {

    /** Identifies exactly this definition: SHA-256 over the RFC 8785 form of all of it. */
    public Digest digest() {
        return Digest.of(toJson());
    }

    /** All of it. */
    public JsonObject toJson() {
        return JsonObject.builder()
                .put("name", name.value())
                .put("connector", connector)
                .put("description", description)
                .put("inputSchema", inputSchema)
                .put("idempotent", idempotent)
                .build();
    }
}
