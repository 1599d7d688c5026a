package dev.writ.gateway.mcp;

import dev.writ.model.JsonValue;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The requests of clients of 2025 that this process is answering, so that a notification can cancel one. One that arrives at another
 * replica changes nothing: the call goes on, as it does when its client hangs up.
 */
@ApplicationScoped
class OpenCalls {

    private final Map<String, Runnable> open = new ConcurrentHashMap<>();

    /** Ids name a request only within a session, so that those of clients without one cannot be cancelled. */
    void add(Asked asked, Runnable cancel) {
        key(asked.session(), asked.id()).ifPresent(key -> open.put(key, cancel));
    }

    void remove(Asked asked) {
        key(asked.session(), asked.id()).ifPresent(open::remove);
    }

    void cancel(Optional<ClientSession> session, JsonValue id) {
        key(session, id).flatMap(key -> Optional.ofNullable(open.remove(key))).ifPresent(Runnable::run);
    }

    private static Optional<String> key(Optional<ClientSession> session, JsonValue id) {
        return session.map(known -> known.id() + " " + id.toJson());
    }
}
