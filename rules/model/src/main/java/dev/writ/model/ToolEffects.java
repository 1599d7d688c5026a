package dev.writ.model;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the operator says that calls of a tool do, whatever they do it to. A service's own word on it does not count: it is the
 * service that is guarded against.
 *
 * <p>What was not said is presumed to be the worst, so that nobody has to describe a tool for it to be guarded. MCP presumes the same
 * of tools without annotations.
 *
 * @param risk how much harm a call can do
 * @param reversible what a call did can be undone with little effort
 * @param outbound what a call carries can reach somebody outside the organisation
 * @param readOnly a call changes nothing anywhere
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/schema#toolannotations">MCP ToolAnnotations</a>
 */
public record ToolEffects(
        Optional<RiskClass> risk,
        Optional<Boolean> reversible,
        Optional<Boolean> outbound,
        Optional<Boolean> readOnly) {

    /** Of a tool of which nothing was said. */
    public static final ToolEffects UNSAID =
            new ToolEffects(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static final Set<String> MEMBERS = new TreeSet<>(Set.of("risk", "reversible", "outbound", "readOnly"));

    public ToolEffects {
        if (readOnly.orElse(false) && !reversible.orElse(true)) {
            throw new IllegalArgumentException(
                    "readOnly says that nothing is changed, so there is nothing to undo; leave 'reversible' out");
        }
    }

    public boolean isUnsaid() {
        return equals(UNSAID);
    }

    public RiskClass presumedRisk() {
        return risk.orElse(RiskClass.CRITICAL);
    }

    /** What changes nothing can be undone. */
    public boolean isReversible() {
        return reversible.orElse(isReadOnly());
    }

    public boolean isOutbound() {
        return outbound.orElse(true);
    }

    public boolean isReadOnly() {
        return readOnly.orElse(false);
    }

    /** What was said, and nothing that is presumed. */
    public JsonObject toJson() {
        JsonObject.Builder json = JsonObject.builder();
        risk.ifPresent(said -> json.put("risk", said.text()));
        reversible.ifPresent(said -> json.put("reversible", said));
        outbound.ifPresent(said -> json.put("outbound", said));
        readOnly.ifPresent(said -> json.put("readOnly", said));
        return json.build();
    }

    /**
     * Reads what {@link #toJson} wrote, or an author.
     *
     * @throws IllegalArgumentException that says what is wrong with it
     */
    public static ToolEffects fromJson(JsonObject json) {
        for (String member : json.members().keySet()) {
            if (!MEMBERS.contains(member)) {
                throw new IllegalArgumentException("'" + member + "' is none of " + String.join(", ", MEMBERS));
            }
        }
        return new ToolEffects(
                json.get("risk").map(ToolEffects::risk),
                flag(json, "reversible"),
                flag(json, "outbound"),
                flag(json, "readOnly"));
    }

    private static RiskClass risk(JsonValue value) {
        return RiskClass.parse(value instanceof JsonString text ? text.value() : "");
    }

    private static Optional<Boolean> flag(JsonObject json, String member) {
        return json.get(member).map(value -> {
            if (value instanceof JsonBoolean flag) {
                return flag == JsonBoolean.TRUE;
            }
            throw new IllegalArgumentException("'" + member + "' is true or false");
        });
    }
}
