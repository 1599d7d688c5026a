package dev.writ.model;

import java.time.Instant;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** The id of one tool call, minted by Writ: a UUID of version 7 (RFC 9562 5.7), so that ids sort by time. */
public record CallId(UUID value) {

    /** The only variant that RFC 9562 4.1 defines. */
    private static final int RFC_9562 = 2;

    public CallId {
        if (value.version() != 7 || value.variant() != RFC_9562) {
            throw new IllegalArgumentException("a call id is a UUID of version 7");
        }
    }

    public static CallId mint(Instant now, RandomGenerator random) {
        long millis = now.toEpochMilli();
        long high = (millis << 16) | 0x7000L | (random.nextLong() & 0x0fffL);
        long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new CallId(new UUID(high, low));
    }

    /**
     * Reads an id in its written form.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static CallId parse(String text) {
        UUID uuid = UUID.fromString(text);
        if (!uuid.toString().equals(text)) {
            throw new IllegalArgumentException("a call id is written in lower case with all its digits");
        }
        return new CallId(uuid);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
