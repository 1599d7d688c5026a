package dev.writ.gateway.catalog;

import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is held of one connector since it was pinned last, as the log says. Immutable. */
final class ConnectorQuarantine {

    static final ConnectorQuarantine EMPTY = new ConnectorQuarantine(new TreeMap<>());

    private final SortedMap<Long, Recorded> entries;
    private final long pinnedAt;
    private final Map<String, Held> held;
    private final Map<ToolName, Held> denied;

    private ConnectorQuarantine(SortedMap<Long, Recorded> entries) {
        long base = -1;
        Map<String, Held> found = new LinkedHashMap<>();
        for (Recorded recorded : entries.values()) {
            Entry entry = recorded.entry();
            if (ConnectorEntries.KINDS.contains(entry.kind())) {
                base = recorded.index();
                found.clear();
                carried(entry).forEach(still -> found.put(still.key(), still));
            } else if (QuarantineEntries.pinnedAt(entry) == base) {
                apply(recorded, found);
            }
        }
        this.pinnedAt = base;
        this.entries = new TreeMap<>(entries.tailMap(base));
        this.held = found;
        this.denied = new HashMap<>();
        found.values().stream()
                .filter(Held::denies)
                .forEach(one -> one.tool().ifPresent(tool -> denied.put(tool, one)));
    }

    private static void apply(Recorded recorded, Map<String, Held> found) {
        Entry entry = recorded.entry();
        if (entry.kind().equals(QuarantineEntries.QUARANTINED)) {
            QuarantineEntries.held(recorded).ifPresent(now -> found.put(now.key(), now));
            return;
        }
        boolean back = entry.kind().equals(QuarantineEntries.RETURNED);
        found.computeIfPresent(
                QuarantineEntries.key(entry),
                (key, one) -> one.index() != QuarantineEntries.found(entry)
                        ? one
                        : back ? one.returnedAt(recorded.index()) : one.rejectedAt(recorded.index()));
    }

    private static List<Held> carried(Entry pinned) {
        return pinned.body().array("quarantined").map(JsonArray::items).orElse(List.of()).stream()
                .filter(JsonObject.class::isInstance)
                .map(one -> Held.fromJson((JsonObject) one))
                .toList();
    }

    /** With that entry too, in any order, whether or not it is in already. */
    ConnectorQuarantine with(Recorded recorded) {
        if (recorded.index() < pinnedAt || entries.containsKey(recorded.index())) {
            return this;
        }
        SortedMap<Long, Recorded> more = new TreeMap<>(entries);
        more.put(recorded.index(), recorded);
        return new ConnectorQuarantine(more);
    }

    /** Index of the entry that pinned it last; -1 before the first. */
    long pinnedAt() {
        return pinnedAt;
    }

    /** Everything that is held, by kind and name. */
    List<Held> held() {
        return List.copyOf(held.values());
    }

    Optional<Held> find(String key) {
        return Optional.ofNullable(held.get(key));
    }

    /** What keeps that tool from being called, if anything does. */
    Optional<Held> denies(ToolName tool) {
        return Optional.ofNullable(denied.get(tool)).or(this::card);
    }

    /** The card of an agent speaks for all that it offers. */
    private Optional<Held> card() {
        return held.values().stream()
                .filter(one -> one.kind() == Deviation.Kind.CARD && one.denies())
                .findFirst();
    }

    /** How many entries about it are younger. */
    long since(Instant time) {
        return entries.values().stream()
                .filter(recorded ->
                        QuarantineEntries.KINDS.contains(recorded.entry().kind())
                                && recorded.entry().at().isAfter(time))
                .count();
    }

    @Override
    public String toString() {
        return "ConnectorQuarantine" + held.keySet();
    }
}
