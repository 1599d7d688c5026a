package dev.writ.gateway.catalog;

import dev.writ.connect.Connector;
import dev.writ.connect.mcp.McpConnector;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.origin.Provenance;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A tool as an entry of the log pinned it, ready to be decided on and called. Immutable, safe to share between threads. */
public final class PinnedTool {

    private static final String PROMPT = "mcp.prompt.";

    private final ToolDefinition definition;
    private final Connector connector;
    private final Optional<RetiringConnector> sandbox;
    private final ArgumentSchema schema;
    private final Extracts extracts;
    private final Set<String> labels;
    private final Provenance provenance;
    private final Offer offer;
    private final String prefix;
    private final boolean external;
    private final long pinnedAt;

    PinnedTool(
            ToolDefinition definition,
            Connector connector,
            Optional<RetiringConnector> sandbox,
            ArgumentSchema schema,
            Extracts extracts,
            Set<String> labels,
            Provenance provenance,
            Offer offer,
            String prefix,
            boolean external,
            long pinnedAt) {
        this.definition = definition;
        this.connector = connector;
        this.sandbox = sandbox;
        this.schema = schema;
        this.extracts = extracts;
        this.labels = Set.copyOf(labels);
        this.provenance = provenance;
        this.offer = offer;
        this.prefix = prefix;
        this.external = external;
        this.pinnedAt = pinnedAt;
    }

    public ToolDefinition definition() {
        return definition;
    }

    public Digest digest() {
        return definition.digest();
    }

    /** Carries the tool's calls out. Once the tool is pinned anew it answers that nothing was sent. */
    public Connector connector() {
        return connector;
    }

    /** Carries rehearsals of the tool's calls out, somewhere else; empty if they cannot be rehearsed. */
    public Optional<Connector> sandbox() {
        return sandbox.map(Connector.class::cast);
    }

    /** The MCP server that it is of, for lists of resources; its tools are called through {@link #connector} alone. */
    public Optional<McpConnector> server() {
        return connector instanceof RetiringConnector retiring ? retiring.as(McpConnector.class) : Optional.empty();
    }

    /** What every result of this tool may carry, for example {@code untrusted}. */
    public Set<String> labels() {
        return labels;
    }

    /** Who can write the fields of its results. */
    public Provenance provenance() {
        return provenance;
    }

    /** Whether somebody else carries it out, so that the gateway only decides. */
    public boolean isExternal() {
        return external;
    }

    /** What it is to a client of MCP. */
    public Offer offer() {
        return offer;
    }

    /**
     * Whether its service calls it exactly so; a prompt is called {@code mcp.prompt.<its name>}. Different names can be the same inside,
     * and different tools there.
     */
    public boolean isCalled(String own) {
        String inside =
                definition.name().value().substring(definition.connector().length() + 1);
        Optional<String> listed = connector instanceof RetiringConnector retiring
                ? retiring.as(ExternalTechnology.External.class).flatMap(outside -> outside.own(definition.name()))
                : Optional.empty();
        return listed.or(() -> definition
                        .published()
                        .flatMap(published -> published.text("name"))
                        .map(name -> inside.startsWith(PROMPT) ? PROMPT + name : name))
                .orElse(inside)
                .equals(own);
    }

    /** It as {@link PublicNames} call it. */
    PublicNames.Named named() {
        String name = definition.name().value();
        String own = definition
                .published()
                .flatMap(published -> published.text("name"))
                .orElseGet(() -> name.substring(definition.connector().length() + 1));
        return new PublicNames.Named(definition.name(), prefix, own);
    }

    /** Index of the entry that pinned it. */
    public long pinnedAt() {
        return pinnedAt;
    }

    /** Control topics that a decision about this tool depends on. */
    public Set<String> topics() {
        return Set.of(Topics.tool(definition.name()), Topics.connector(definition.connector()));
    }

    /**
     * What is wrong with those arguments, at most 20 sentences; empty if they fit the pinned schema. They name places and rules,
     * and never say what was sent there.
     */
    public List<String> argumentProblems(JsonObject arguments) {
        return schema.problems(arguments);
    }

    /** The pieces of a result that the operator declared, without those that are absent or too long. Never throws. */
    public JsonObject extract(JsonValue result) {
        return extracts.from(result);
    }

    JsonObject extractDeclarations() {
        return extracts.declarations();
    }

    @Override
    public String toString() {
        return "PinnedTool[" + definition.name() + ", " + pinnedAt + "]";
    }
}
