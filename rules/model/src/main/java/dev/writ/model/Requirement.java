package dev.writ.model;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What an escalation asks for.
 *
 * @param group whose members may approve
 * @param approvals how many of them must
 * @param within after that time without them it is refused
 * @param allowed who may approve although they have a stake in the call; without it nobody who has one
 */
public record Requirement(String group, int approvals, Duration within, Set<Party> allowed) {

    public Requirement {
        if (group.isBlank() || approvals < 1 || within.isZero() || within.isNegative()) {
            throw new IllegalArgumentException(
                    "an escalation names a group, at least one approval and a positive time");
        }
        Set<Party> ordered = EnumSet.noneOf(Party.class);
        ordered.addAll(allowed);
        allowed = Collections.unmodifiableSet(ordered);
    }

    public Requirement(String group, int approvals, Duration within) {
        this(group, approvals, within, Set.of());
    }
}
