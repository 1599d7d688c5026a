package dev.writ.rules;

import dev.writ.model.Facts;
import dev.writ.model.Origin;
import dev.writ.model.Past;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One rule's look at one call: the values of its variables, the earlier call at hand, and what speaks for the answer. */
final class Evaluation {

    /** So many readings of the call can be shared by all rules. */
    static final int SHARED = 64;

    private static final long[] NO_WITNESSES = {};

    private final Facts facts;
    private final Object[] variables;
    private final Object[] shared;
    private long[] witnesses = NO_WITNESSES;
    private int witnessCount;
    private Doubt doubt = Doubt.NONE;
    private @Nullable Past past;
    private @Nullable Evaluation scratch;
    private ZoneId zone = ZoneOffset.UTC;
    private @Nullable Origin origin;
    private int looks;

    Evaluation(Facts facts, int variables) {
        this(facts, variables, new Object[SHARED]);
    }

    /** @param shared what all rules that are asked about the call read of it, as far as it was read yet */
    Evaluation(Facts facts, int variables, Object[] shared) {
        this.facts = facts;
        this.shared = shared;
        this.variables = new Object[variables];
        Arrays.fill(this.variables, Undefined.UNDEFINED);
    }

    Facts facts() {
        return facts;
    }

    /** The earlier call that a {@code Past} pattern is being compared with. */
    Past past() {
        return Objects.requireNonNull(past);
    }

    /** To judge calls in on their own, apart from what is known here. */
    Evaluation scratch() {
        Evaluation here = scratch;
        if (here == null) {
            here = new Evaluation(facts, variables.length, shared);
            scratch = here;
        }
        return here;
    }

    /** Turns to another earlier call and forgets all doubt. What was bound stays: every call is judged by binding anew. */
    void startAnew(Past next) {
        past = next;
        doubt = Doubt.NONE;
    }

    /** Looks at something that costs as much as so many earlier calls; false if this rule has looked at as many as it may. */
    boolean lookAtAsMany(int calls) {
        looks += calls;
        return looks <= Limits.LOOKS_PER_RULE;
    }

    /** Turns to another earlier call; false if this rule has looked at as many as it may. */
    boolean lookAt(Past next) {
        past = next;
        return ++looks <= Limits.LOOKS_PER_RULE;
    }

    /** The origin that an {@code Origin} pattern is being compared with. */
    Origin origin() {
        return Objects.requireNonNull(origin);
    }

    void lookAt(Origin next) {
        origin = next;
    }

    void lookAway() {
        past = null;
        origin = null;
    }

    /** From now on that is the zone where {@code Now} is looked at. */
    void seeFrom(ZoneId place) {
        zone = place;
    }

    /** The time of the decision, in the zone that {@code Now} speaks of. */
    ZonedDateTime there() {
        return facts.now().atZone(zone);
    }

    /** What that reading finds in the call; it is found once for all rules. */
    Object shared(int slot, Reading reading) {
        Object found = shared[slot];
        if (found == null) {
            found = reading.in(this);
            shared[slot] = found;
        }
        return found;
    }

    Object variable(int slot) {
        return variables[slot];
    }

    void bind(int slot, Object value) {
        variables[slot] = value;
    }

    /** The index of the earlier call at hand, if there is one. */
    List<Long> about() {
        return past == null ? List.of() : List.of(past.index());
    }

    /** The first doubt that still matters, or that it had to stop. */
    Doubt doubt() {
        return doubt;
    }

    Truth doubtThat(String cause) {
        if (doubt.isNone()) {
            doubt = new Doubt(cause, about());
        }
        return Truth.DOUBT;
    }

    /** A doubt that came up elsewhere. */
    Truth doubtThat(Doubt other) {
        if (doubt.isNone()) {
            doubt = other;
        }
        return Truth.DOUBT;
    }

    /**
     * No more earlier calls may be looked at. What the others would have said is not known, so no other doubt is known to matter,
     * and the first of these is the one that counts.
     */
    Truth tooMany(String shown, List<Long> about) {
        if (!doubt.isOfTooMany()) {
            doubt = Doubt.tooMany(shown, about);
        }
        return Truth.DOUBT;
    }

    /** Drops the doubts that came up since, if the answer turned out not to depend on them. */
    Truth settled(Truth answer, Doubt before) {
        if (answer != Truth.DOUBT) {
            doubt = before;
        }
        return answer;
    }

    void witness(long index) {
        if (witnessCount == witnesses.length) {
            witnesses = Arrays.copyOf(witnesses, Math.max(Limits.NAMED_WITNESSES, 2 * witnessCount));
        }
        witnesses[witnessCount++] = index;
    }

    /** How many calls speak for the answer so far; a point to come back to with {@link #forgetWitnesses}. */
    int witnessCount() {
        return witnessCount;
    }

    void forgetWitnesses(int keep) {
        witnessCount = keep;
    }

    /** The log indices of the calls that the answer rests on, ascending; of many, the newest. */
    List<Long> witnesses() {
        if (witnessCount == 0) {
            return List.of();
        }
        long[] ascending = Arrays.copyOf(witnesses, witnessCount);
        Arrays.sort(ascending);
        Long[] newest = new Long[Math.min(witnessCount, Limits.NAMED_WITNESSES)];
        int from = newest.length;
        for (int i = witnessCount - 1; i >= 0 && from > 0; i--) {
            if (i == witnessCount - 1 || ascending[i] != ascending[i + 1]) {
                newest[--from] = ascending[i];
            }
        }
        return List.of(from == 0 ? newest : Arrays.copyOfRange(newest, from, newest.length));
    }
}
