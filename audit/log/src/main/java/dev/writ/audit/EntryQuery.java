package dev.writ.audit;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which entries to read.
 *
 * @param from index, inclusive
 * @param to index, exclusive
 * @param since earliest time
 * @param until latest time, exclusive
 * @param newestFirst order by index, descending
 * @param limit how many at most
 * @param withInputs read and decrypt the inputs too
 */
public record EntryQuery(
        Map<Column, String> columns,
        Set<String> kinds,
        long from,
        long to,
        Optional<Instant> since,
        Optional<Instant> until,
        boolean newestFirst,
        int limit,
        boolean withInputs) {

    public EntryQuery {
        columns = columns.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(columns));
        kinds = Collections.unmodifiableSet(new TreeSet<>(kinds));
        if (from < 0 || to < from || limit < 1) {
            throw new IllegalArgumentException("a query reads [from, to) with a positive limit");
        }
    }
}
