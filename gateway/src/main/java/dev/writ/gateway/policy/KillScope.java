package dev.writ.gateway.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What one kill switch stops. Written in lower case. */
enum KillScope {
    EVERYTHING,
    AGENT,
    TOOL,
    CONNECTOR;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<KillScope> parse(String text) {
        return Arrays.stream(values())
                .filter(scope -> scope.text().equals(text))
                .findFirst();
    }
}
