package dev.writ.audit;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One event as its writer states it. Kind and body belong to the feature that writes it; the rest is the log's.
 *
 * @param kind upper-case, for example {@code DECIDED}
 * @param at to the microsecond
 * @param keys each unique in the whole log: the second entry with the same key is not appended
 * @param topics the histories and control topics it changes
 * @param columns what it can be filtered by
 * @param body no personal data and no secret: it can never be taken back
 * @param subjectKey whose key encrypts the inputs; erasing that key erases them
 * @param inputs confidential values, committed to by the leaf
 */
public record Entry(
        String kind,
        Instant at,
        List<String> keys,
        Set<String> topics,
        Map<Column, String> columns,
        JsonObject body,
        String subjectKey,
        List<Input> inputs) {

    public Entry {
        if (!at.truncatedTo(ChronoUnit.MICROS).equals(at)) {
            throw new IllegalArgumentException("an entry's time is to the microsecond");
        }
        keys = List.copyOf(keys);
        topics = Collections.unmodifiableSet(new TreeSet<>(topics));
        columns = columns.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(columns));
        inputs = List.copyOf(inputs);
    }

    public Optional<String> column(Column column) {
        return Optional.ofNullable(columns.get(column));
    }

    /** The value of that input, if it is here: inputs may be erased, and not all are followed. */
    public Optional<JsonValue> input(String name) {
        return inputs.stream()
                .filter(input -> input.name().equals(name))
                .map(Input::value)
                .findFirst();
    }

    @Override
    public String toString() {
        return "Entry[" + kind + ", " + at + "]";
    }
}
