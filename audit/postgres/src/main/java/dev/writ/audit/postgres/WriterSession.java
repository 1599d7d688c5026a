package dev.writ.audit.postgres;

import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The connection that appends. Every method sends all its statements at once and is called on the event loop that made the
 * connection, one at a time.
 */
final class WriterSession {

    /** Entries read in one go; whoever is further behind reads on before locking. */
    static final int MOST_ENTRIES = 4096;
    // More statements than a batch has: none waits within the client, where nobody knows yet whether it is sent.
    private static final int MOST_PIPELINED = 1 << 16;

    // Two statements, since one takes its snapshot before it waits: it would see the head of before it had the lock.
    static final String LOCK = "SELECT pg_advisory_xact_lock(8247615470294298721)";
    private static final String BEGIN = "BEGIN; " + LOCK;
    private static final String HEAD = "SELECT size, root, frontier, note FROM audit.checkpoint"
            + " WHERE log_id = $1 AND size <= $2 ORDER BY size DESC LIMIT 1";
    private static final String TAIL = "SELECT " + EntryRow.COLUMNS + " FROM audit.entry"
            + " WHERE log_id = $1 AND idx >= $2 AND idx < $3 ORDER BY idx";
    private static final String INPUTS = InputRow.SELECT
            + " WHERE i.log_id = $1 AND i.idx >= $2 AND i.idx < $3 AND i.followed ORDER BY i.idx, i.name";
    private static final String FIND_BATCH =
            "SELECT FROM audit.checkpoint WHERE log_id = $1 AND size = $2 AND root = $3";

    // The plans that scan by index are the ones wanted, from the first row on, whatever the statistics of an empty
    // table say.
    private static final Map<String, String> PROPERTIES = Map.of(
            "plan_cache_mode", "force_generic_plan",
            "enable_seqscan", "off",
            "enable_bitmapscan", "off",
            "lock_timeout", "1s",
            "statement_timeout", "3s",
            "idle_in_transaction_session_timeout", "2s");

    private static final String BACKEND =
            "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()";
    private static final String END_BACKEND =
            "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2";

    private final PgConnection connection;
    private final int logId;
    private final Backend backend;
    private final PreparedStatement head;
    private final PreparedStatement tail;
    private final PreparedStatement inputs;
    private final PreparedStatement findBatch;
    private final PreparedStatement write;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    /** The server's side of a session. */
    record Backend(int pid, OffsetDateTime start) {}

    private WriterSession(PgConnection connection, int logId, Backend backend, List<PreparedStatement> statements) {
        this.connection = connection;
        this.logId = logId;
        this.backend = backend;
        this.head = statements.get(0);
        this.tail = statements.get(1);
        this.inputs = statements.get(2);
        this.findBatch = statements.get(3);
        this.write = statements.get(4);
    }

    static PgConnectOptions options(DatabaseUrl url, String replica) {
        PgConnectOptions options = url.connectOptions().setConnectTimeout((int) TimeUnit.SECONDS.toMillis(2));
        options.setTcpNoDelay(true).setCachePreparedStatements(true).setPipeliningLimit(MOST_PIPELINED);
        PROPERTIES.forEach(options::addProperty);
        options.addProperty("application_name", "writ-audit " + replica);
        return options;
    }

    static Future<WriterSession> open(Vertx vertx, PgConnectOptions options, int logId, Runnable whenLost) {
        return PgConnection.connect(vertx, options).compose(connection -> {
            connection.closeHandler(lost -> whenLost.run());
            List<Future<PreparedStatement>> prepared = new ArrayList<>();
            for (String sql : List.of(HEAD, TAIL, INPUTS, FIND_BATCH, BatchStatement.SQL)) {
                prepared.add(connection.prepare(sql));
            }
            return Future.all(prepared)
                    .compose(all -> connection
                            .query(BACKEND)
                            .execute()
                            .map(rows -> new WriterSession(connection, logId, backend(rows), all.list())))
                    .onFailure(failed -> connection.close());
        });
    }

    private static Backend backend(RowSet<Row> rows) {
        Row row = rows.iterator().next();
        return new Backend(row.getInteger(0), row.getOffsetDateTime(1));
    }

    Backend backend() {
        return backend;
    }

    /** Waits for the lock and tells what the log is now; until {@link #write} or {@link #rollback} it stays so. */
    Future<View> lockAndRead(long from) {
        Future<?> locked = connection.query(BEGIN).execute();
        Future<View> view = read(from, Long.MAX_VALUE);
        return Future.join(locked, view).compose(all -> view);
    }

    /** Tells what a part of the log is, without lock: up to some checkpoint that is not too far away. */
    Future<View> readSome(long from) {
        return read(from, from + MOST_ENTRIES);
    }

    private Future<View> read(long from, long mostSize) {
        Future<RowSet<Row>> heads = head.query().execute(Tuple.of(logId, mostSize));
        Tuple range = Tuple.of(logId, from, from + MOST_ENTRIES);
        Future<RowSet<Row>> entries = tail.query().execute(range);
        Future<RowSet<Row>> followed = inputs.query().execute(range);
        return Future.join(heads, entries, followed)
                .map(all -> View.of(heads.result(), entries.result(), followed.result()));
    }

    /** Ends the transaction with nothing written. */
    Future<Void> rollback() {
        return connection.query("ROLLBACK").execute().mapEmpty();
    }

    /** Appends a batch that was made without asking what the log is now: locks, writes and commits in one round trip. */
    Future<Outcome> append(Batch batch, Tuple tuple) {
        List<Change> changes = changes(batch);
        return prepareAll(changes).compose(refused -> {
            if (refused.isPresent()) {
                return Future.succeededFuture(refused.get());
            }
            Future<?> locked = connection.query(BEGIN).execute();
            Future<Outcome> appended = writeAndCommit(tuple, changes);
            // Without the lock the transaction is aborted, and the server refuses what follows; unless it was asked to
            // stop before there was a transaction.
            return Future.join(locked, appended)
                    .transform(all -> locked.failed() && appended.result() instanceof Outcome.Committed
                            ? Future.succeededFuture(new Outcome.Unknown(locked.cause()))
                            : appended);
        });
    }

    /** Writes the batch under the lock and commits, in one round trip. No transaction is left open. */
    Future<Outcome> write(Batch batch, Tuple tuple) {
        List<Change> changes = changes(batch);
        return prepareAll(changes)
                .compose(refused -> refused.isPresent() ? rollBackAnd(refused.get()) : writeAndCommit(tuple, changes));
    }

    private Future<Outcome> writeAndCommit(Tuple tuple, List<Change> changes) {
        List<Future<RowSet<Row>>> rows = new ArrayList<>(changes.size() + 1);
        rows.add(write.query().execute(tuple));
        for (Change change : changes) {
            PreparedStatement statement =
                    Objects.requireNonNull(prepared.get(change.change().sql()));
            rows.add(statement.query().execute(change.tuple()));
        }
        // What the client itself refuses has failed by now and is not sent: the server would commit the rest.
        // Where the server refuses a row, it makes a ROLLBACK of COMMIT.
        boolean isSent = rows.stream().noneMatch(Future::failed);
        Future<?> ended = connection.query(isSent ? "COMMIT" : "ROLLBACK").execute();
        List<Future<?>> all = new ArrayList<>(rows);
        all.add(ended);
        return Future.join(all)
                .transform(done -> Future.succeededFuture(
                        ended.failed() ? new Outcome.Unknown(ended.cause()) : outcome(rows, changes)));
    }

    /** The first to fail is to blame; what follows fails because the transaction is aborted. */
    private static Outcome outcome(List<Future<RowSet<Row>>> rows, List<Change> changes) {
        if (rows.get(0).failed()) {
            return new Outcome.Refused(rows.get(0).cause());
        }
        for (int i = 0; i < changes.size(); i++) {
            if (rows.get(i + 1).failed()) {
                return refusal(changes.get(i), rows.get(i + 1).cause());
            }
        }
        return new Outcome.Committed();
    }

    /**
     * Tells whether a batch whose answer was lost is durable after all. What the lost session was sent may still be on its way to the server,
     * so it is ended first, if it is there: nothing comes of it after this.
     */
    Future<Boolean> isDurable(Batch batch, Backend lost) {
        return connection
                .preparedQuery(END_BACKEND)
                .execute(Tuple.of(lost.pid(), lost.start()))
                .compose(ended -> {
                    for (Row row : ended) {
                        if (!row.getBoolean(0)) {
                            return Future.failedFuture(new DatabaseException("the lost session cannot be ended yet"));
                        }
                    }
                    return find(batch);
                });
    }

    private Future<Boolean> find(Batch batch) {
        // Whoever has the lock knows that what the lost session did is committed or undone.
        Future<?> locked = connection.query(BEGIN).execute();
        Future<RowSet<Row>> found = findBatch
                .query()
                .execute(Tuple.of(
                        logId,
                        batch.after().size(),
                        Buffer.buffer(batch.after().checkpoint().root().bytes())));
        return Future.join(locked, found, rollback()).map(all -> found.result().size() > 0);
    }

    void close() {
        connection.close();
    }

    private Future<Outcome> rollBackAnd(Outcome refused) {
        return rollback().map(refused).otherwise(Outcome.Unknown::new);
    }

    private record Change(int position, RowChange change, Tuple tuple) {}

    /** The rows that the batch implies, in order. */
    private static List<Change> changes(Batch batch) {
        List<Change> all = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            Recorded recorded = batch.recorded().get(i);
            for (RowChange change : Batch.changes(batch.written().get(i))) {
                Tuple tuple = Tuple.of(
                        recorded.index(), Buffer.buffer(recorded.leafHash().bytes()));
                change.parameters().forEach(tuple::addValue);
                all.add(new Change(i, change, tuple));
            }
        }
        return all;
    }

    /** All are prepared before the first runs: one that is not would be overtaken by those that are. */
    private Future<Optional<Outcome>> prepareAll(List<Change> changes) {
        Future<Optional<Outcome>> done = Future.succeededFuture(Optional.empty());
        for (Change change : changes) {
            done = done.compose(refused -> refused.isPresent() ? Future.succeededFuture(refused) : prepare(change));
        }
        return done;
    }

    private Future<Optional<Outcome>> prepare(Change change) {
        if (prepared.containsKey(change.change().sql())) {
            return Future.succeededFuture(Optional.empty());
        }
        return connection
                .prepare(change.change().sql())
                .onSuccess(statement -> prepared.put(change.change().sql(), statement))
                .transform(result -> Future.succeededFuture(
                        result.failed() ? Optional.of(refusal(change, result.cause())) : Optional.empty()));
    }

    private static Outcome refusal(Change change, Throwable why) {
        return new Outcome.RowRefused(change.position(), why);
    }
}
