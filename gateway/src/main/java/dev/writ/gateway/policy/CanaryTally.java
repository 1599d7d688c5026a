package dev.writ.gateway.policy;

import dev.writ.model.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What became of calls in a canary and outside of it. Each identity has the weight one, however often it calls: what counts is
 * its own share of calls that were denied, escalated or failed. It is a function of the entries that were counted, so that whoever
 * counts the same ones comes to the same. Used by one thread at a time.
 */
final class CanaryTally {

    /** Identities that are told apart; further ones are not counted. */
    private static final int MOST = 100_000;

    private static final int PERCENT = 100;

    /** What is counted. */
    enum Rate {
        DENIED,
        ESCALATED,
        FAILED
    }

    private static final class Calls {
        long all;
        final Map<Rate, Long> counts = new EnumMap<>(Rate.class);

        double share(Rate rate) {
            return all == 0 ? 0 : (double) counts.getOrDefault(rate, 0L) / all;
        }
    }

    private final Map<String, Calls> in = new HashMap<>();
    private final Map<String, Calls> out = new HashMap<>();

    /** Decisions in the canary of which nobody has said yet what they would have come to without it, oldest first. */
    private final NavigableMap<Long, Instant> awaited = new TreeMap<>();

    private final Duration patience;
    private boolean compared;
    private boolean tightens;

    /** Up to this index everything is to be compared before the canary is rolled back; no index if nothing is wrong. */
    private OptionalLong settles = OptionalLong.empty();

    /** @param patience how long after a decision it must be known what it would have come to, or nobody will know */
    CanaryTally(Duration patience) {
        this.patience = patience;
    }

    /**
     * A canary that is outside its band.
     *
     * @param rate that is
     * @param inCanary percent of the average identity's calls, and {@code outside} the same for the rest
     * @param needsPerson whether going back might allow what the canary denies
     */
    record Finding(Rate rate, long inCanary, long outside, int identities, int others, boolean needsPerson) {

        void describe(JsonObject.Builder body) {
            body.put("rate", rate.name().toLowerCase(Locale.ROOT))
                    .put("percent", inCanary)
                    .put("percentOutside", outside)
                    .put("identities", identities)
                    .put("identitiesOutside", others);
        }
    }

    void decided(boolean inCanary, String identity, String verdict) {
        Calls calls = calls(inCanary, identity);
        calls.all++;
        if (verdict.equals("deny")) {
            calls.counts.merge(Rate.DENIED, 1L, Long::sum);
        } else if (verdict.equals("escalate")) {
            calls.counts.merge(Rate.ESCALATED, 1L, Long::sum);
        }
    }

    void failed(boolean inCanary, String identity) {
        calls(inCanary, identity).counts.merge(Rate.FAILED, 1L, Long::sum);
    }

    /** A decision in the canary that some replica compares. */
    void awaits(long index, Instant at) {
        if (awaited.size() < MOST) {
            awaited.put(index, at);
        } else {
            tightens = true;
        }
    }

    /**
     * @param decisions that were compared, by index
     * @param mayTighten whether something was denied that the active version does not deny, or nobody knows
     */
    void compared(Collection<Long> decisions, boolean mayTighten) {
        compared = true;
        tightens |= mayTighten;
        decisions.forEach(awaited::remove);
    }

    private Calls calls(boolean inCanary, String identity) {
        Map<String, Calls> side = inCanary ? in : out;
        Calls known = side.get(identity);
        if (known == null) {
            known = new Calls();
            if (side.size() < MOST) {
                side.put(identity, known);
            }
        }
        return known;
    }

    /**
     * What is out of the band, if something is and enough is known to say so. Other replicas compare as well: what needs no person is
     * found only once everything is compared that had been decided when it was out of the band first.
     */
    Optional<Finding> judge(CanaryBand band, Instant now) {
        if (!compared || in.size() < band.identities() || out.size() < band.identities()) {
            return Optional.empty();
        }
        Optional<Finding> finding = outside(band, now);
        if (finding.isEmpty()) {
            settles = OptionalLong.empty();
        } else if (!finding.get().needsPerson()) {
            if (settles.isEmpty()) {
                settles = OptionalLong.of(awaited.isEmpty() ? -1 : awaited.lastKey());
            }
            return awaited.isEmpty() || awaited.firstKey() > settles.getAsLong() ? finding : Optional.empty();
        }
        return finding;
    }

    private Optional<Finding> outside(CanaryBand band, Instant now) {
        long denied = percent(in, Rate.DENIED) - percent(out, Rate.DENIED);
        boolean needsPerson = tightens || denied > band.points() || isOverdue(now);
        for (Rate rate : Rate.values()) {
            long inside = percent(in, rate);
            long outside = percent(out, rate);
            // Fewer failures are no reason to worry.
            long apart = rate == Rate.FAILED ? inside - outside : Math.abs(inside - outside);
            if (apart > band.points()) {
                return Optional.of(new Finding(rate, inside, outside, in.size(), out.size(), needsPerson));
            }
        }
        return Optional.empty();
    }

    /** Whether the replica that was to compare a decision has gone with what it knew. */
    private boolean isOverdue(Instant now) {
        return !awaited.isEmpty()
                && Objects.requireNonNull(awaited.get(awaited.firstKey()))
                        .plus(patience)
                        .isBefore(now);
    }

    private static long percent(Map<String, Calls> side, Rate rate) {
        return Math.round(PERCENT
                * side.values().stream()
                        .mapToDouble(calls -> calls.share(rate))
                        .average()
                        .orElse(0));
    }
}
