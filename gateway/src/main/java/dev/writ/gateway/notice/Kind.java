package dev.writ.gateway.notice;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What understands the messages of a channel. Written in lower case. */
enum Kind {
    WEBHOOK,
    SLACK,
    EMAIL;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Kind> parse(String text) {
        return Stream.of(values()).filter(kind -> kind.text().equals(text)).findFirst();
    }
}
