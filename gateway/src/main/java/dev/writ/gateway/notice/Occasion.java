package dev.writ.gateway.notice;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a channel is told of. Written in lower case, with hyphens. */
enum Occasion {
    OPENED("A call waits for approval"),
    RAISED("A call still waits for approval, and further groups are asked"),
    REMINDER("A call still waits, and its time is running out"),
    BREAK_GLASS("Somebody let a call go on without those who are asked"),
    ENDED("A call no longer waits for approval");

    private final String title;

    Occasion(String title) {
        this.title = title;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** One sentence about it, without its full stop. */
    String title() {
        return title;
    }

    /** All of them, as they are written. */
    static String all() {
        return Stream.of(values()).map(Occasion::text).collect(Collectors.joining(", "));
    }

    static Optional<Occasion> parse(String text) {
        return Stream.of(values()).filter(event -> event.text().equals(text)).findFirst();
    }
}
