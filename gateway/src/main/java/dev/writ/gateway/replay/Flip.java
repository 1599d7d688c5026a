package dev.writ.gateway.replay;

import dev.writ.model.Effect;
import java.util.List;

/**
 * A decision that comes out otherwise.
 *
 * @param index of the entry that records it
 * @param was what was decided
 * @param is what the candidate says
 * @param wasBy the rules that decided
 * @param isBy the candidate's rules that decide; none if it says nothing, which is a denial
 */
public record Flip(long index, String call, Effect was, Effect is, List<String> wasBy, List<String> isBy) {

    public Flip {
        wasBy = List.copyOf(wasBy);
        isBy = List.copyOf(isBy);
    }

    /** What flips are counted by. */
    Direction direction() {
        return new Direction(
                was,
                is,
                wasBy.stream().findFirst().orElse(""),
                isBy.stream().findFirst().orElse(""));
    }

    /**
     * From what to what.
     *
     * @param wasBy the first rule that decided; empty if none spoke
     * @param isBy the first of the candidate's rules that decide; empty if none speaks
     */
    public record Direction(Effect was, Effect is, String wasBy, String isBy) {}
}
