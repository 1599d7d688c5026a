package dev.writ.model;

import java.time.Duration;

/**
 * What an escalation asks for.
 *
 * @param group whose members may approve
 * @param approvals how many of them must
 * @param within after that time without them it is refused
 */
public record Requirement(String group, int approvals, Duration within) {

    public Requirement {
        if (group.isBlank() || approvals < 1 || within.isZero() || within.isNegative()) {
            throw new IllegalArgumentException(
                    "an escalation names a group, at least one approval and a positive time");
        }
    }
}
