package dev.writ.gateway.mcp;

import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.catalog.Offer;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.model.Principal;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Looks at the lists of callers who want to hear of changes, as often as they would ask for them otherwise. What one may see hangs on
 * definitions, quarantine, rules, kill switches and the key, so the lists themselves are looked at: once for all streams of the same caller,
 * for as long as one of them is open.
 */
@ApplicationScoped
class ListWatches {

    private static final Logger LOG = Logger.getLogger(ListWatches.class);

    /** A stream. It is told of one thing at a time, on any thread. */
    interface Listener {

        /** What is on its lists: at once when it joins, and after each look. */
        void sees(Map<Offer, Set<String>> now);

        /** It will see nothing more, since the caller is none any more, or the lists cannot be looked at. */
        void ends();
    }

    private final Vertx vertx;
    private final Duration every;
    private final Function<Principal, Optional<Map<Offer, Set<String>>>> look;

    /** Guarded by this object, as are the watches themselves. */
    private final Map<Principal, Watch> watches = new HashMap<>();

    @Inject
    ListWatches(Vertx vertx, ToolCalls calls, McpConfig config) {
        this(vertx, config.listLifetime(), caller -> calls.toolsOf(caller).map(tools -> ListWatches.byOffer(tools)));
    }

    /** @param look what is on a caller's lists; empty if it is none any more */
    ListWatches(Vertx vertx, Duration every, Function<Principal, Optional<Map<Offer, Set<String>>>> look) {
        this.vertx = vertx;
        this.every = every;
        this.look = look;
    }

    private static Map<Offer, Set<String>> byOffer(Collection<PinnedTool> tools) {
        return tools.stream()
                .collect(Collectors.groupingBy(
                        tool -> tool.offer(),
                        Collectors.mapping(
                                tool -> tool.definition().name() + " " + tool.digest() + " " + tool.pinnedAt(),
                                Collectors.toSet())));
    }

    /** A stream of a caller of whom another is open knows what was seen last, so that it misses nothing. */
    void join(Principal caller, Listener listener) {
        if (!joined(caller, listener)) {
            Map<Offer, Set<String>> seen = look.apply(caller).orElseGet(Map::of);
            begin(caller, seen, listener);
        }
    }

    private synchronized boolean joined(Principal caller, Listener listener) {
        Optional<Watch> watch = Optional.ofNullable(watches.get(caller));
        watch.ifPresent(open -> open.add(listener));
        return watch.isPresent();
    }

    private synchronized void begin(Principal caller, Map<Offer, Set<String>> seen, Listener listener) {
        watches.computeIfAbsent(caller, first -> {
                    Watch watch = new Watch(seen);
                    watch.timer = vertx.setPeriodic(Math.max(1, every.toMillis()), tick -> look(caller, watch));
                    return watch;
                })
                .add(listener);
    }

    synchronized void leave(Principal caller, Listener listener) {
        Optional.ofNullable(watches.get(caller))
                .filter(watch -> watch.listeners.remove(listener) && watch.listeners.isEmpty())
                .ifPresent(last -> {
                    vertx.cancelTimer(last.timer);
                    watches.remove(caller);
                });
    }

    /** How many lists of that agent are looked at: one for each key, person and build with which it has streams open. */
    synchronized long of(String agent) {
        return watches.keySet().stream()
                .filter(caller -> caller.agent().equals(agent))
                .count();
    }

    private void look(Principal caller, Watch watch) {
        Optional<Map<Offer, Set<String>>> now = Optional.empty();
        try {
            now = look.apply(caller);
        } catch (RuntimeException failed) {
            LOG.error("cannot tell what is on lists, so streams end that tell of changes", failed);
        }
        for (Listener listener : see(watch, now)) {
            now.ifPresentOrElse(listener::sees, listener::ends);
        }
    }

    private synchronized List<Listener> see(Watch watch, Optional<Map<Offer, Set<String>>> now) {
        now.ifPresent(seen -> watch.seen = seen);
        return List.copyOf(watch.listeners);
    }

    /** What was seen last for one caller, and who wants to know. */
    private static final class Watch {

        private final List<Listener> listeners = new ArrayList<>();
        private Map<Offer, Set<String>> seen;
        private long timer;

        Watch(Map<Offer, Set<String>> seen) {
            this.seen = seen;
        }

        void add(Listener listener) {
            listener.sees(seen);
            listeners.add(listener);
        }
    }
}
