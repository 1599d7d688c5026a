package dev.writ.gateway.mcp;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/** The revisions of MCP that are spoken here, oldest first. */
enum Revision {
    V2025_06_18("2025-06-18"),
    V2025_11_25("2025-11-25"),
    V2026_07_28("2026-07-28");

    /** Clients that name no version speak this one, whose requests have the form of the next. */
    private static final String UNNAMED = "2025-03-26";

    private final String text;

    Revision(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** Without sessions: each request says itself who asks, and what they can do. */
    boolean isModern() {
        return this == V2026_07_28;
    }

    static Optional<Revision> of(String text) {
        return Arrays.stream(values()).filter(known -> known.text.equals(text)).findFirst();
    }

    /** Whether a client that names this version opens with {@code initialize}. */
    static boolean isLegacy(String text) {
        return text.equals(UNNAMED)
                || of(text).filter(known -> !known.isModern()).isPresent();
    }

    /** What a client of the years of sessions is answered: what it asked for, or the newest of those. */
    static Revision negotiated(String asked) {
        return of(asked).filter(known -> !known.isModern()).orElse(V2025_11_25);
    }

    /** All that may be asked for in {@code _meta}. */
    static JsonArray modern() {
        return new JsonArray(Arrays.stream(values())
                .filter(Revision::isModern)
                .<JsonValue>map(known -> new JsonString(known.text))
                .toList());
    }
}
