package dev.writ.gateway.authzen;

import java.util.Locale;

/** What a search is for. */
enum Searched {
    SUBJECT,
    RESOURCE,
    ACTION;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
