package dev.writ.audit;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What entries can be counted by. */
public enum Grouping {
    VERDICT,
    RULE,
    AGENT,
    TOOL,
    KIND,
    /** Of UTC, named by its beginning. */
    HOUR,
    /** Of UTC, named by its beginning. */
    DAY;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Grouping> parse(String text) {
        return Stream.of(values())
                .filter(grouping -> grouping.text().equals(text))
                .findFirst();
    }
}
