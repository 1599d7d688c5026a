package dev.writ.gateway.console;

import dev.writ.audit.Entry;
import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sessions of the console in the log. */
final class SessionEntries {

    static final String SIGNED_IN = "CONSOLE_SIGNED_IN";
    static final String SIGNED_OUT = "CONSOLE_SIGNED_OUT";

    /** @param until when the session would have ended by itself */
    record Over(String session, Instant until) {}

    private SessionEntries() {}

    static Entry signedIn(Session session, Instant endsAt, Instant at) {
        return entry(SIGNED_IN, "console-signed-in/" + session.id(), session, endsAt, at);
    }

    static Entry signedOut(Session session, Instant endsAt, Instant at) {
        return entry(SIGNED_OUT, "console-signed-out/" + session.id(), session, endsAt, at);
    }

    static Optional<Over> endedBy(Entry entry) {
        return entry.kind().equals(SIGNED_OUT)
                ? entry.body()
                        .text("session")
                        .flatMap(id -> entry.body().text("endsAt").map(until -> new Over(id, Instant.parse(until))))
                : Optional.empty();
    }

    private static Entry entry(String kind, String key, Session session, Instant endsAt, Instant at) {
        return new Entry(
                kind,
                at,
                List.of(key),
                Set.of(),
                Map.of(),
                JsonObject.builder()
                        .put("session", session.id())
                        .put("endsAt", endsAt.toString())
                        .build(),
                "writ",
                List.of());
    }
}
