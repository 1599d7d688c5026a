package dev.writ.gateway.console;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.gateway.auditing.Entries;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One entry of the log, as its page shows it: all of it.
 *
 * @param call whose entry it is; empty if it is of none
 * @param session whose entry it is; empty if it is of none
 * @param columns what it can be found by
 * @param inputs what its leaf only commits to; empty values were erased
 */
record EntryView(
        long index,
        Instant at,
        String kind,
        String call,
        String session,
        List<Pair> columns,
        List<String> keys,
        List<String> topics,
        String subjectKey,
        JsonObject body,
        List<Value> inputs) {

    /** A column. */
    record Pair(String name, String value) {}

    /** An input. */
    record Value(String name, String commitment, Optional<JsonValue> value) {}

    static EntryView of(Entries.One one) {
        Entry entry = one.leaf().entry();
        Map<String, Optional<JsonValue>> values = one.values().orElse(Map.of());
        return new EntryView(
                one.index(),
                entry.at(),
                entry.kind(),
                entry.column(Column.CALL).orElse(""),
                entry.column(Column.SESSION).orElse(""),
                entry.columns().entrySet().stream()
                        .map(column -> new Pair(column.getKey().text(), column.getValue()))
                        .toList(),
                entry.keys(),
                List.copyOf(new TreeSet<>(entry.topics())),
                entry.subjectKey(),
                entry.body(),
                one.leaf().commitments().entrySet().stream()
                        .map(commitment -> new Value(
                                commitment.getKey(),
                                commitment.getValue().text(),
                                values.getOrDefault(commitment.getKey(), Optional.empty())))
                        .toList());
    }
}
