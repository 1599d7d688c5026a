package dev.writ.audit.postgres;

import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Grouping;
import dev.writ.audit.Recorded;
import dev.writ.audit.VerificationException;
import dev.writ.model.JsonString;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A query as SQL: the same text for all queries of the same shape, and no value in it. */
record FindStatement(EntryQuery query, String sql, List<Object> parameters) {

    /** Only what a checkpoint covers is durable in the sense of the log. */
    private static final String SIZE = "(SELECT max(size) FROM audit.checkpoint WHERE log_id = $1)";

    private static final String ENTRIES = "SELECT " + EntryRow.COLUMNS + " FROM audit.entry WHERE log_id = $1";

    static FindStatement of(EntryQuery query) {
        return isOfKinds(query) ? ofKinds(query) : of(query, new Conditions(ENTRIES));
    }

    /**
     * The same, for whoever looks for what may be frequent. That entries end at the checkpoint is said so that it is no range: the planner
     * takes a range that ends at what it does not know for a two-hundredth of the log, and so a sort of all entries of the busiest agent
     * for cheaper than reading the log from its end.
     */
    static FindStatement listing(EntryQuery query) {
        return isOfKinds(query) ? ofKinds(query) : of(query, new Conditions(ENTRIES, "idx + 0"));
    }

    private static boolean isOfKinds(EntryQuery query) {
        return !query.kinds().isEmpty()
                && query.columns().isEmpty()
                && query.since().isEmpty()
                && query.until().isEmpty();
    }

    /** Leaves are JSON, so that is how the text is in them. */
    static FindStatement containing(EntryQuery query, String text) {
        Conditions conditions = new Conditions(ENTRIES);
        // In ASCII, whatever the encoding and the collation of the database.
        conditions.add("encode(leaf, 'escape') COLLATE \"C\" ILIKE ", pattern(text));
        return of(query, conditions);
    }

    static FindStatement counting(EntryQuery query, List<Grouping> by, int most) {
        String groups = by.stream().map(FindStatement::group).collect(Collectors.joining(", "));
        String places =
                by.stream().map(group -> String.valueOf(by.indexOf(group) + 2)).collect(Collectors.joining(", "));
        Conditions conditions = new Conditions("SELECT count(*), " + groups + " FROM audit.entry WHERE log_id = $1");
        conditions.addAll(query);
        conditions
                .sql
                .append(" GROUP BY ")
                .append(places)
                .append(" ORDER BY 1 DESC, ")
                .append(places);
        conditions.sql.append(" LIMIT ").append(conditions.parameter(most));
        return conditions.statement(query);
    }

    private static String group(Grouping grouping) {
        return switch (grouping) {
            case HOUR, DAY -> "date_trunc('" + grouping.text() + "', ts, 'UTC')";
            default -> grouping.text();
        };
    }

    private static FindStatement of(EntryQuery query, Conditions conditions) {
        conditions.addAll(query);
        conditions.end(query);
        return conditions.statement(query);
    }

    /**
     * Kind by kind, each by the index on it, whatever is known of the table: a plan that reads by index and drops what is of
     * another kind is right for frequent kinds, and reads the whole log for one that is not. That the index of all entries is
     * no way, says the sum that it does not serve. The sum alone would be taken for rare, and so a sort of all entries of the kind
     * for cheap; together with what is true of every entry it is not.
     */
    private static FindStatement ofKinds(EntryQuery query) {
        Conditions conditions = new Conditions("SELECT found.* FROM unnest(");
        conditions
                .sql
                .append(conditions.parameter(query.kinds().toArray(String[]::new)))
                .append(
                        "::text[]) AS asked (kind) CROSS JOIN LATERAL (SELECT " + EntryRow.COLUMNS
                                + " FROM audit.entry WHERE (log_id = $1 OR log_id + 0 = $1) AND kind = asked.kind COLLATE \"C\"");
        conditions.addRange(query);
        conditions.end(query);
        conditions.sql.append(") found");
        conditions.end(query);
        return conditions.statement(query);
    }

    /** Lets through at least what holds the text; letters that are not ASCII stand for anything, since their case is hard. */
    private static String pattern(String text) {
        String json = new JsonString(text).toJson();
        StringBuilder pattern = new StringBuilder("%");
        json.substring(1, json.length() - 1).codePoints().forEach(letter -> {
            switch (letter) {
                // Once for encode, and each for LIKE.
                case '\\' -> pattern.append("\\\\\\\\");
                case '%', '_' -> pattern.append('\\').appendCodePoint(letter);
                default -> pattern.append(letter < 128 ? Character.toString(letter) : "%");
            }
        });
        return pattern.append('%').toString();
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

    /** The SQL as it grows. */
    private static final class Conditions {
        private final StringBuilder sql;
        private final List<Object> parameters = new ArrayList<>();
        private final String covered;

        Conditions(String beginning) {
            this(beginning, "idx");
        }

        /** @param covered what the newest checkpoint has to cover */
        Conditions(String beginning, String covered) {
            this.sql = new StringBuilder(beginning);
            this.covered = covered;
        }

        void addAll(EntryQuery query) {
            addRange(query);
            query.columns().forEach((column, value) -> add(column.text() + " = ", value));
            if (!query.kinds().isEmpty()) {
                add("kind = ANY", query.kinds().toArray(String[]::new));
            }
            query.since().ifPresent(since -> add("ts >= ", since.atOffset(ZoneOffset.UTC)));
            query.until().ifPresent(until -> add("ts < ", until.atOffset(ZoneOffset.UTC)));
        }

        void addRange(EntryQuery query) {
            sql.append(" AND ").append(covered).append(" < ").append(SIZE);
            add("idx >= ", query.from());
            add("idx < ", query.to());
        }

        void add(String condition, Object value) {
            sql.append(" AND ")
                    .append(condition)
                    .append('(')
                    .append(parameter(value))
                    .append(')');
        }

        void end(EntryQuery query) {
            sql.append(" ORDER BY idx ").append(query.newestFirst() ? "DESC" : "ASC");
            sql.append(" LIMIT ").append(parameter(query.limit()));
        }

        String parameter(Object value) {
            parameters.add(value);
            return "$" + (parameters.size() + 1);
        }

        FindStatement statement(EntryQuery query) {
            return new FindStatement(query, sql.toString(), parameters);
        }
    }
}
