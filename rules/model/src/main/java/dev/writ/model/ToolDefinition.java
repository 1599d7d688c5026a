package dev.writ.model;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tool as it is pinned: what the gateway knows of it when it decides. A record but for one thing: its digest is computed once,
 * since several stations of each call compare it, and a definition may be many kilobytes.
 */
public final class ToolDefinition {

    private final ToolName name;
    private final String connector;
    private final String description;
    private final JsonObject inputSchema;
    private final boolean idempotent;
    private final ToolEffects effects;
    private final Optional<JsonObject> published;

    // Threads that race compute the same immutable value, so it does not matter whose is kept.
    private @Nullable Digest digest;

    /**
     * @param connector the registered connector that carries it out
     * @param inputSchema JSON Schema 2020-12 of the arguments, closed: what it does not name is refused
     * @param idempotent the operator declared that a repeated request with the same idempotency key has no further effect
     * @param effects what the operator says that its calls do
     * @param published the tool as an MCP server published it, member for member; absent where no server did
     */
    public ToolDefinition(
            ToolName name,
            String connector,
            String description,
            JsonObject inputSchema,
            boolean idempotent,
            ToolEffects effects,
            Optional<JsonObject> published) {
        this.name = name;
        this.connector = connector;
        this.description = description;
        this.inputSchema = inputSchema;
        this.idempotent = idempotent;
        this.effects = effects;
        this.published = published;
    }

    /** A tool of whose effects nothing was said. */
    public ToolDefinition(
            ToolName name, String connector, String description, JsonObject inputSchema, boolean idempotent) {
        this(name, connector, description, inputSchema, idempotent, ToolEffects.UNSAID, Optional.empty());
    }

    public ToolName name() {
        return name;
    }

    public String connector() {
        return connector;
    }

    public String description() {
        return description;
    }

    public JsonObject inputSchema() {
        return inputSchema;
    }

    public boolean idempotent() {
        return idempotent;
    }

    public ToolEffects effects() {
        return effects;
    }

    public Optional<JsonObject> published() {
        return published;
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
        Digest known = digest;
        if (known == null) {
            known = Digest.of(toJson());
            digest = known;
        }
        return known;
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ToolDefinition that
                && name.equals(that.name)
                && connector.equals(that.connector)
                && description.equals(that.description)
                && inputSchema.equals(that.inputSchema)
                && idempotent == that.idempotent
                && effects.equals(that.effects)
                && published.equals(that.published);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, connector, description, inputSchema, idempotent, effects, published);
    }

    @Override
    public String toString() {
        return "ToolDefinition[" + name + "]";
    }
}
