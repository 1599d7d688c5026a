package dev.writ.model;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an escalation asks for.
 *
 * @param group whose members may approve
 * @param approvals how many of them must
 * @param within after that time without them it is refused
 * @param allowed who may approve although they have a stake in the call; without it nobody who has one
 * @param envelope how far an approval may reach beyond the call; empty if no further than that
 */
public record Requirement(
        String group, int approvals, Duration within, Set<Party> allowed, Optional<EnvelopeLimits> envelope) {

    private static final Pattern GROUP = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    public Requirement {
        if (!isGroup(group) || approvals < 1 || within.isZero() || within.isNegative()) {
            throw new IllegalArgumentException(
                    "an escalation names a group, at least one approval and a positive time");
        }
        Set<Party> ordered = EnumSet.noneOf(Party.class);
        ordered.addAll(allowed);
        allowed = Collections.unmodifiableSet(ordered);
    }

    /** Whether a group can be called so: lower-case letters, digits, '.', '_' and '-', 64 at most. */
    public static boolean isGroup(String name) {
        return GROUP.matcher(name).matches();
    }

    /** Of approvals that are for one call. */
    public Requirement(String group, int approvals, Duration within, Set<Party> allowed) {
        this(group, approvals, within, allowed, Optional.empty());
    }

    public Requirement(String group, int approvals, Duration within) {
        this(group, approvals, within, Set.of());
    }
}
