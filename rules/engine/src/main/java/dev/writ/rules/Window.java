package dev.writ.rules;

import java.time.Duration;
import java.time.Instant;

/** How far back a rule looks. */
sealed interface Window {

    Window ALL = new Everything();

    /** The earliest time that belongs to it, seen from {@code now}. */
    Instant startsAt(Instant now);

    record Everything() implements Window {
        @Override
        public Instant startsAt(Instant now) {
            return Instant.MIN;
        }
    }

    /** The calls decided at {@code now - length} or later. */
    record Last(Duration length) implements Window {
        @Override
        public Instant startsAt(Instant now) {
            return now.minus(length);
        }
    }
}
