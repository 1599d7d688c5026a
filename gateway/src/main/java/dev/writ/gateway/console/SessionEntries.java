package dev.writ.gateway.console;

import dev.writ.audit.Entry;
import dev.writ.gateway.token.LoggedIn;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
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

    static Entry signedIn(Session session, Instant endsAt, Optional<LoggedIn> login, Instant at) {
        JsonObject.Builder body = body(session, endsAt);
        login.ifPresent(there -> body.put("login", json(there)));
        return entry(SIGNED_IN, "console-signed-in/" + session.id(), body, at);
    }

    static Entry signedOut(Session session, Instant endsAt, Instant at) {
        return entry(SIGNED_OUT, "console-signed-out/" + session.id(), body(session, endsAt), at);
    }

    /** Without the subject, by which the issuer knows a person: the key says who they are. */
    private static JsonObject json(LoggedIn login) {
        JsonObject.Builder json = JsonObject.builder()
                .put("issuer", login.issuer())
                .put("client", login.client())
                .put("acr", login.context());
        if (!login.methods().isEmpty()) {
            json.put(
                    "amr",
                    new JsonArray(login.methods().stream()
                            .<JsonValue>map(JsonString::new)
                            .toList()));
        }
        return json.put("authTime", login.at().map(Instant::toString)).build();
    }

    static Optional<Over> endedBy(Entry entry) {
        return entry.kind().equals(SIGNED_OUT)
                ? entry.body()
                        .text("session")
                        .flatMap(id -> entry.body().text("endsAt").map(until -> new Over(id, Instant.parse(until))))
                : Optional.empty();
    }

    private static JsonObject.Builder body(Session session, Instant endsAt) {
        return JsonObject.builder().put("session", session.id()).put("endsAt", endsAt.toString());
    }

    private static Entry entry(String kind, String key, JsonObject.Builder body, Instant at) {
        return new Entry(kind, at, List.of(key), Set.of(), Map.of(), body.build(), "writ", List.of());
    }
}
