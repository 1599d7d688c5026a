package dev.writ.audit;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Queries for tests: everything, unless told otherwise. */
final class QueryBuilder {

    private final Map<Column, String> columns = new EnumMap<>(Column.class);
    private Set<String> kinds = Set.of();
    private long from;
    private long to = Long.MAX_VALUE;
    private Optional<Instant> since = Optional.empty();
    private Optional<Instant> until = Optional.empty();
    private boolean newestFirst;
    private int limit = 1_000;
    private boolean withInputs;

    QueryBuilder column(Column column, String value) {
        columns.put(column, value);
        return this;
    }

    QueryBuilder kinds(String... wanted) {
        kinds = Set.of(wanted);
        return this;
    }

    QueryBuilder range(long first, long end) {
        from = first;
        to = end;
        return this;
    }

    QueryBuilder since(Instant earliest) {
        since = Optional.of(earliest);
        return this;
    }

    QueryBuilder until(Instant end) {
        until = Optional.of(end);
        return this;
    }

    QueryBuilder newestFirst() {
        newestFirst = true;
        return this;
    }

    QueryBuilder limit(int most) {
        limit = most;
        return this;
    }

    QueryBuilder withInputs() {
        withInputs = true;
        return this;
    }

    EntryQuery build() {
        return new EntryQuery(columns, kinds, from, to, since, until, newestFirst, limit, withInputs);
    }
}
