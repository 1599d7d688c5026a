package dev.writ.gateway.identity;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When keys were last used at this replica, to the minute. In memory: whether a key is still in use is a question for days, and not
 * worth a write per request. What was called with a key is in the log.
 */
@ApplicationScoped
class KeyUse {

    private final InstantSource clock;
    private final Map<String, Instant> last = new ConcurrentHashMap<>();

    KeyUse(InstantSource clock) {
        this.clock = clock;
    }

    void used(String keyId) {
        Instant minute = clock.instant().truncatedTo(ChronoUnit.MINUTES);
        if (!minute.equals(last.get(keyId))) {
            last.put(keyId, minute);
        }
    }

    Optional<Instant> last(String keyId) {
        return Optional.ofNullable(last.get(keyId));
    }
}
