package dev.writ.gateway.catalog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps what an open connector finds different from what is pinned, until it is known which entry pinned it. */
final class Watch {

    /** More is not kept: a server that says so much else is listed as it is when somebody looks. */
    private static final int MOST = 1_000;

    private final Map<String, Deviation> waiting = new LinkedHashMap<>();
    private Optional<Consumer<Deviation>> follower = Optional.empty();

    /** From any thread. */
    synchronized void report(Deviation deviation) {
        if (follower.isPresent()) {
            follower.get().accept(deviation);
        } else if (waiting.size() < MOST || waiting.containsKey(deviation.key())) {
            waiting.put(deviation.key(), deviation);
        }
    }

    /** Hands over what was found by now, and then everything as it is found. */
    synchronized void follow(Consumer<Deviation> consumer) {
        follower = Optional.of(consumer);
        List<Deviation> found = List.copyOf(waiting.values());
        waiting.clear();
        found.forEach(consumer);
    }
}
