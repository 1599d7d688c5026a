package dev.writ.audit;

import java.util.Set;

/**
 * An event on its way into the log.
 *
 * @param topics what it was computed from: histories and control topics; opaque names without personal data
 * @param readAt size of the log up to which those topics had been seen, taken <em>before</em> they were read
 * @param settlement makes the entry
 */
public record Draft<T>(Set<String> topics, long readAt, Settlement<T> settlement) {

    public Draft {
        topics = Set.copyOf(topics);
        if (readAt < 0) {
            throw new IllegalArgumentException("readAt is a size of the log");
        }
    }

    /** A draft that depends on nothing in the log. */
    public static <T> Draft<T> independent(Settled<T> settled) {
        return new Draft<>(Set.of(), 0, since -> settled);
    }
}
