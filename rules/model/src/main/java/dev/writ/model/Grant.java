package dev.writ.model;

import java.time.Instant;

/**
 * One person's approval of one call, as far as it answers one rule. It was given for exactly this call's arguments.
 *
 * @param index of the entry that records it
 * @param rule that asked
 * @param group as whose member the approver spoke
 * @param approver the principal
 * @param until from then on it counts for nothing
 */
public record Grant(long index, String rule, String group, String approver, Instant until) {

    boolean isLiveAt(Instant now) {
        return now.isBefore(until);
    }

    boolean answers(Verdict verdict) {
        return verdict.rule().equals(rule)
                && verdict.requirement()
                        .filter(requirement -> requirement.group().equals(group))
                        .isPresent();
    }
}
