package dev.writ.audit.postgres;

import dev.writ.audit.Recorded;
import dev.writ.audit.SubjectKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/** The connection for everything that needs no lock: being told of other replicas' entries, and looking things up. */
final class SideSession {

    private static final int CHUNK = 1024;
    private static final String HOLDERS = "SELECT key, idx FROM audit.entry_key WHERE key = ANY($1)";
    private static final String EXTEND = "SELECT audit.extend($1)";
    private static final String SIZE = "SELECT max(size) FROM audit.checkpoint WHERE log_id = $1";
    private static final String ENTRIES = "SELECT " + EntryRow.COLUMNS
            + " FROM audit.entry WHERE log_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx";
    private static final String INPUTS = InputRow.SELECT
            + " WHERE i.log_id = $1 AND i.idx >= $2 AND i.idx < $3 AND i.followed ORDER BY i.idx, i.name";

    private final PgConnection connection;
    private final int logId;
    private final SubjectKeys keys;

    private SideSession(PgConnection connection, int logId, SubjectKeys keys) {
        this.connection = connection;
        this.logId = logId;
        this.keys = keys;
    }

    /** Connects and listens: {@code announced} is told the size of the log now and then whenever it grows. */
    static Future<SideSession> open(
            Vertx vertx,
            PgConnectOptions options,
            int logId,
            SubjectKeys keys,
            LongConsumer announced,
            Runnable whenLost) {
        return PgConnection.connect(vertx, options).compose(connection -> {
            connection.closeHandler(lost -> whenLost.run());
            connection.notificationHandler(notification -> announced.accept(Long.parseLong(notification.getPayload())));
            return connection
                    .query("LISTEN " + BatchStatement.CHANNEL)
                    .execute()
                    .compose(listening -> connection.preparedQuery(SIZE).execute(Tuple.of(logId)))
                    .onSuccess(sizes -> announced.accept(sizes.iterator().next().getLong(0)))
                    .map(listening -> new SideSession(connection, logId, keys))
                    .onFailure(failed -> connection.close());
        });
    }

    Future<SubjectKey> ensureKey(String id) {
        return keys.ensure(connection, id);
    }

    /** Which of these keys are taken, and by which entries. */
    Future<Map<String, Long>> holders(Set<String> entryKeys) {
        return connection
                .preparedQuery(HOLDERS)
                .execute(Tuple.tuple().addArrayOfString(entryKeys.toArray(String[]::new)))
                .map(rows -> {
                    Map<String, Long> holders = new HashMap<>();
                    for (Row row : rows) {
                        holders.put(row.getString(0), row.getLong(1));
                    }
                    return holders;
                });
    }

    /** Makes partitions up to that index; tells where the last one ends. */
    Future<Long> extend(long bound) {
        return connection
                .preparedQuery(EXTEND)
                .execute(Tuple.of(bound))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** The entries [from, to) that touch one of the topics. */
    Future<List<Recorded>> recall(Set<String> topics, long from, long to) {
        return recall(topics, from, to, new ArrayList<>());
    }

    private Future<List<Recorded>> recall(Set<String> topics, long from, long to, List<Recorded> found) {
        if (from >= to) {
            return Future.succeededFuture(found);
        }
        long until = Math.min(to, from + CHUNK);
        Tuple range = Tuple.of(logId, from, until);
        Future<RowSet<Row>> entries = connection.preparedQuery(ENTRIES).execute(range);
        Future<RowSet<Row>> inputs = connection.preparedQuery(INPUTS).execute(range);
        return Future.all(entries, inputs).compose(both -> {
            Map<Long, List<InputRow>> byIndex = InputRow.byIndex(inputs.result());
            long next = from;
            for (Row row : entries.result()) {
                EntryRow entry = EntryRow.of(row, byIndex.getOrDefault(row.getLong(0), List.of()));
                if (entry.index() != next++) {
                    break;
                }
                Recorded recorded = entry.decode(keys);
                if (!Collections.disjoint(recorded.entry().topics(), topics)) {
                    found.add(recorded);
                }
            }
            return next == until
                    ? recall(topics, until, to, found)
                    : Future.failedFuture(new DatabaseException("entries of the log are missing"));
        });
    }

    void close() {
        connection.close();
    }
}
