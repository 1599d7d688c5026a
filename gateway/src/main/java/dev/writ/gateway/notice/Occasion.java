package dev.writ.gateway.notice;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a channel is told of. Written in lower case. */
enum Occasion {
    OPENED("A call waits for approval"),
    REMINDER("A call still waits, and its time is running out"),
    ENDED("A call no longer waits for approval");

    private final String title;

    Occasion(String title) {
        this.title = title;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** One sentence about it, without its full stop. */
    String title() {
        return title;
    }

    static Optional<Occasion> parse(String text) {
        return Stream.of(values()).filter(event -> event.text().equals(text)).findFirst();
    }
}
