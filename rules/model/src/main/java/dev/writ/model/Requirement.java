package dev.writ.model;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
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
 * @param ladder the groups that are asked too as time passes, each later than the one before
 * @param signed whether each approval has to be signed with a passkey of whoever gives it
 * @param envelope how far an approval may reach beyond the call; empty if no further than that, as always where it has to be signed
 */
public record Requirement(
        String group,
        int approvals,
        Duration within,
        Set<Party> allowed,
        List<Rung> ladder,
        boolean signed,
        Optional<EnvelopeLimits> envelope) {

    private static final Pattern GROUP = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    public Requirement {
        if (!isGroup(group) || approvals < 1 || within.isZero() || within.isNegative()) {
            throw new IllegalArgumentException(
                    "an escalation names a group, at least one approval and a positive time");
        }
        if (signed && envelope.isPresent()) {
            throw new IllegalArgumentException("what is signed is one call, so it can be for no envelope");
        }
        Set<Party> ordered = EnumSet.noneOf(Party.class);
        ordered.addAll(allowed);
        allowed = Collections.unmodifiableSet(ordered);
        ladder = List.copyOf(ladder);
        Set<String> asked = new HashSet<>(Set.of(group));
        Duration before = Duration.ZERO;
        for (Rung rung : ladder) {
            if (!asked.add(rung.group())
                    || rung.after().compareTo(before) <= 0
                    || rung.after().compareTo(within) >= 0) {
                throw new IllegalArgumentException(
                        "a ladder names each group once, each later than the one before, and before the time is over");
            }
            before = rung.after();
        }
    }

    /** Of approvals that are for one call. */
    public Requirement(
            String group, int approvals, Duration within, Set<Party> allowed, List<Rung> ladder, boolean signed) {
        this(group, approvals, within, allowed, ladder, signed, Optional.empty());
    }

    /** Without signatures. */
    public Requirement(String group, int approvals, Duration within, Set<Party> allowed, List<Rung> ladder) {
        this(group, approvals, within, allowed, ladder, false);
    }

    /** Without a ladder. */
    public Requirement(String group, int approvals, Duration within, Set<Party> allowed) {
        this(group, approvals, within, allowed, List.of());
    }

    /** How long after the call was submitted that group may answer; empty if it is never asked. */
    public Optional<Duration> after(String asked) {
        return asked.equals(group)
                ? Optional.of(Duration.ZERO)
                : ladder.stream()
                        .filter(rung -> rung.group().equals(asked))
                        .findFirst()
                        .map(Rung::after);
    }

    /** Whether that group may answer so long after the call was submitted. */
    public boolean isAsked(String asked, Duration waited) {
        return after(asked).filter(after -> waited.compareTo(after) >= 0).isPresent();
    }

    /** Whether a group can be called so: lower-case letters, digits, '.', '_' and '-', 64 at most. */
    public static boolean isGroup(String name) {
        return GROUP.matcher(name).matches();
    }

    public Requirement(String group, int approvals, Duration within) {
        this(group, approvals, within, Set.of());
    }
}
