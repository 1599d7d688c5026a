package dev.writ.rules;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a bundle lets be told to whoever made a call that is denied. Written in lower case in {@code bundle.yaml}. */
public enum Hints {
    /** Nothing but the reasons of rules that denied. */
    NONE,
    /**
     * Which arguments the nearest rule does not hold for, and within which bounds numbers would have to be. Values that are compared for
     * equality may name somebody and are not told.
     */
    ARGUMENTS,
    /** The values as well. */
    VALUES;

    static Optional<Hints> parse(String text) {
        return Arrays.stream(values()).filter(one -> one.text().equals(text)).findFirst();
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String list() {
        return Arrays.stream(values()).map(Hints::text).collect(Collectors.joining(", "));
    }
}
