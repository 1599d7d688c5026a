package dev.writ.audit.postgres;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.audit.VerificationException;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A query as SQL: the same text for all queries of the same shape, and no value in it. */
record FindStatement(EntryQuery query, String sql, List<Object> parameters) {

    static FindStatement of(EntryQuery query, String size) {
        List<Object> parameters = new ArrayList<>();
        StringBuilder sql = new StringBuilder(
                        "SELECT " + EntryRow.COLUMNS + " FROM audit.entry WHERE log_id = $1 AND idx < ")
                .append(size);
        Conditions conditions = new Conditions(sql, parameters);
        conditions.add("idx >= ", query.from());
        conditions.add("idx < ", query.to());
        query.columns().forEach((column, value) -> conditions.add(column.text() + " = ", value));
        if (!query.kinds().isEmpty()) {
            // A call has few entries and most are of the same kinds, so the index on kinds is kept out of it, whatever
            // is known of
            // the table.
            String kind = query.columns().containsKey(Column.CALL) ? "kind || ''" : "kind";
            conditions.add(kind + " = ANY", query.kinds().toArray(String[]::new));
        }
        query.since().ifPresent(since -> conditions.add("ts >= ", since.atOffset(ZoneOffset.UTC)));
        query.until().ifPresent(until -> conditions.add("ts < ", until.atOffset(ZoneOffset.UTC)));
        sql.append(" ORDER BY idx ")
                .append(query.newestFirst() ? "DESC" : "ASC")
                .append(" LIMIT ");
        sql.append(conditions.parameter(query.limit()));
        return new FindStatement(query, sql.toString(), parameters);
    }

    Tuple tuple(int log) {
        Tuple tuple = Tuple.of(log);
        parameters.forEach(tuple::addValue);
        return tuple;
    }

    /** The columns only find an entry; what it says must be what was asked for. */
    void requireMatch(Recorded recorded) {
        Entry entry = recorded.entry();
        boolean isMatch = entry.columns().entrySet().containsAll(query.columns().entrySet())
                && (query.kinds().isEmpty() || query.kinds().contains(entry.kind()))
                && query.since().map(since -> !entry.at().isBefore(since)).orElse(true)
                && query.until().map(until -> entry.at().isBefore(until)).orElse(true);
        if (!isMatch) {
            throw new VerificationException("the columns of entry " + recorded.index() + " are not those of its leaf");
        }
    }

    private record Conditions(StringBuilder sql, List<Object> parameters) {

        void add(String condition, Object value) {
            sql.append(" AND ")
                    .append(condition)
                    .append('(')
                    .append(parameter(value))
                    .append(')');
        }

        String parameter(Object value) {
            parameters.add(value);
            return "$" + (parameters.size() + 1);
        }
    }
}
