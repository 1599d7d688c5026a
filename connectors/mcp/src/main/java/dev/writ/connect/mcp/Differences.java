package dev.writ.connect.mcp;

import dev.writ.connect.mcp.LiveDefinitions.Named;
import dev.writ.model.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares what a server offers with what is pinned, and tells each difference once. */
final class Differences {

    private final Map<Named, List<JsonObject>> pinned;
    private final Listener listener;
    private Map<Named, Difference> told = Map.of();

    Differences(McpListing pinned, Listener listener) {
        this.pinned = LiveDefinitions.byName(pinned);
        this.listener = listener;
    }

    void compare(LiveDefinitions live) {
        Map<Named, Difference> found = new LinkedHashMap<>();
        live.byName()
                .forEach(
                        (key, definitions) -> of(key, definitions).ifPresent(difference -> found.put(key, difference)));
        pinned.forEach((key, definitions) -> {
            if (!live.byName().containsKey(key)) {
                found.put(key, new Difference.Gone(key.kind(), key.name(), definitions.get(0)));
            }
        });
        Map<Named, Difference> before = new HashMap<>(told);
        told = found;
        found.forEach((key, difference) -> {
            if (!difference.equals(before.remove(key))) {
                listener.differs(difference);
            }
        });
        before.keySet().stream()
                .filter(key -> !found.containsKey(key))
                .forEach(key -> listener.differs(new Difference.Settled(key.kind(), key.name())));
    }

    private Optional<Difference> of(Named key, List<JsonObject> live) {
        List<JsonObject> approved = pinned.getOrDefault(key, List.of());
        if (live.equals(approved)) {
            return Optional.empty();
        }
        if (live.size() > 1) {
            return Optional.of(new Difference.Doubled(key.kind(), key.name()));
        }
        return Optional.of(
                approved.isEmpty()
                        ? new Difference.Added(key.kind(), key.name(), live.get(0))
                        : new Difference.Changed(key.kind(), key.name(), approved.get(0), live.get(0)));
    }
}
