package dev.writ.model;

import java.time.Duration;

/**
 * How far an answer to an escalation may reach beyond the one call that it is asked about. Whoever answers may stay below it.
 *
 * @param uses further calls at most
 * @param within for how long at most, from the answer on
 * @param irreversible whether that holds for tools, too, whose calls cannot be undone
 */
public record EnvelopeLimits(int uses, Duration within, boolean irreversible) {

    public EnvelopeLimits {
        if (uses < 1 || within.isZero() || within.isNegative()) {
            throw new IllegalArgumentException("an envelope is for at least one use and a positive time");
        }
    }

    /** As far as both of them let it reach. */
    public EnvelopeLimits and(EnvelopeLimits other) {
        return new EnvelopeLimits(
                Math.min(uses, other.uses),
                within.compareTo(other.within) < 0 ? within : other.within,
                irreversible && other.irreversible);
    }

    public JsonObject toJson() {
        JsonObject.Builder json = JsonObject.builder().put("uses", uses).put("within", within.toString());
        return irreversible ? json.put("irreversible", true).build() : json.build();
    }

    /** Reads what {@link #toJson} wrote. */
    public static EnvelopeLimits fromJson(JsonObject json) {
        return new EnvelopeLimits(
                json.number("uses").orElseThrow().intValueExact(),
                Duration.parse(json.text("within").orElseThrow()),
                json.isTrue("irreversible"));
    }
}
