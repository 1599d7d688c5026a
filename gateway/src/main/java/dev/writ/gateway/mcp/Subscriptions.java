package dev.writ.gateway.mcp;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who follows which resources through this process. A server knows of one who follows, the gateway, so that it is told to stop only when
 * nobody is left.
 */
@ApplicationScoped
class Subscriptions {

    /** Of one principal; servers are told of as many in all as the connector allows. */
    static final int MOST = 100;

    /** Guarded by this object. */
    private final Map<Followed, Set<String>> followers = new HashMap<>();

    private record Followed(String connector, String uri) {}

    /** Whether one more would be too many. */
    synchronized boolean isFull(String principal) {
        return followers.values().stream()
                        .flatMap(Collection::stream)
                        .filter(principal::equals)
                        .count()
                >= MOST;
    }

    synchronized void add(String principal, String connector, String uri) {
        followers
                .computeIfAbsent(new Followed(connector, uri), first -> new HashSet<>())
                .add(principal);
    }

    /** Whether that was the last who followed it. */
    synchronized boolean remove(String principal, String connector, String uri) {
        Followed followed = new Followed(connector, uri);
        Set<String> own = followers.getOrDefault(followed, Set.of());
        boolean isLast = own.size() == 1 && own.contains(principal);
        if (isLast) {
            followers.remove(followed);
        } else if (own.contains(principal)) {
            own.remove(principal);
        }
        return isLast;
    }
}
