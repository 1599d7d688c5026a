package dev.writ.gateway.mcp;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who follows which resources through this process: until they say otherwise, or for as long as a session lasts, since whoever leaves
 * without a word is in no other way known to have left. A server knows of one who follows, the gateway, so that it is told to stop only
 * when nobody is left.
 */
@ApplicationScoped
class Subscriptions {

    /** Of one principal; servers are told of as many in all as the connector allows. */
    static final int MOST = 100;

    private final Duration lifetime;
    private final InstantSource clock;

    /** Until when each principal follows it, unless they say so again. Guarded by this object. */
    private final Map<Followed, Map<String, Instant>> followers = new HashMap<>();

    /** A resource of that connector. */
    record Followed(String connector, String uri) {}

    @Inject
    Subscriptions(McpConfig config, InstantSource clock) {
        this(config.sessionLifetime(), clock);
    }

    Subscriptions(Duration lifetime, InstantSource clock) {
        this.lifetime = lifetime;
        this.clock = clock;
    }

    /** Whether one more would be too many. */
    synchronized boolean isFull(String principal) {
        Instant now = clock.instant();
        return followers.values().stream()
                        .flatMap(own -> Optional.ofNullable(own.get(principal)).stream())
                        .filter(now::isBefore)
                        .count()
                >= MOST;
    }

    /** Forgets besides whose time is over. Returns what nobody follows any more because of that. */
    synchronized List<Followed> add(String principal, Followed followed) {
        Instant now = clock.instant();
        followers.computeIfAbsent(followed, first -> new HashMap<>()).put(principal, now.plus(lifetime));
        followers.values().forEach(own -> own.values().removeIf(until -> !now.isBefore(until)));
        List<Followed> left = followers.entrySet().stream()
                .filter(own -> own.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        left.forEach(followers::remove);
        return left;
    }

    /** Whether that was the last who followed it. */
    synchronized boolean remove(String principal, Followed followed) {
        Map<String, Instant> own = followers.getOrDefault(followed, Map.of());
        boolean isLast = own.size() == 1 && own.containsKey(principal);
        if (isLast) {
            followers.remove(followed);
        } else if (own.containsKey(principal)) {
            own.remove(principal);
        }
        return isLast;
    }
}
