package dev.writ.audit.postgres;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.ConsistencyProof;
import dev.writ.audit.Cosignature;
import dev.writ.audit.LogKeys;
import dev.writ.audit.VerificationException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What witnesses said of the newest log of a database, and who of many replicas asks them. It has one connection, and makes a
 * new one when that is lost.
 */
public final class PostgresCosignatures implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int NEWEST = 64;

    private static final String LOG = "SELECT max(log_id) FROM audit.log";
    private static final String HEAD =
            "SELECT size, root, note FROM audit.checkpoint WHERE log_id = $1 ORDER BY size DESC LIMIT 1";

    // Ends with the connection, and so with the process.
    private static final String LEAD = "SELECT pg_try_advisory_lock(hashtextextended('writ.witness', 0))";
    private static final String STORE = "INSERT INTO audit.cosignature (log_id, size, witness, line, signed_at)"
            + " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    private static final String COSIGNED = "SELECT c.size, c.root, c.note, s.lines FROM (SELECT size,"
            + " array_agg(line ORDER BY witness) AS lines FROM audit.cosignature WHERE log_id = $1 AND size > $2"
            + " GROUP BY size ORDER BY size DESC LIMIT $3) s JOIN audit.checkpoint c ON c.log_id = $1 AND c.size = s.size"
            + " ORDER BY c.size DESC";

    private final Vertx vertx;
    private final PgConnectOptions options;
    private final LogKeys key;
    private volatile Optional<Session> current = Optional.empty();

    private PostgresCosignatures(Vertx vertx, PgConnectOptions options, LogKeys key) {
        this.vertx = vertx;
        this.options = options;
        this.key = key;
    }

    /** A connection, the log that is the newest, and whether this replica is the one that asks. */
    private record Session(PgConnection connection, int log, boolean leads, TreeHashes hashes) {

        Session leading() {
            return new Session(connection, log, true, hashes);
        }
    }

    /**
     * Connects when it is first asked.
     *
     * @param database login of {@code writ_writer}
     * @param key of the log
     */
    public static PostgresCosignatures open(Vertx vertx, DatabaseUrl database, LogKeys key) {
        PgConnectOptions options = database.connectOptions()
                .setCachePreparedStatements(true)
                .addProperty("application_name", "writ-witness")
                .addProperty("enable_seqscan", "off")
                .addProperty("statement_timeout", Long.toString(PATIENCE.toMillis()));
        options.setTcpKeepAlive(true);
        return new PostgresCosignatures(vertx, options, key);
    }

    /**
     * Whether this replica is the one that asks witnesses; if none is, it becomes so, until its connection is lost or {@link
     * #resign}.
     */
    public Uni<Boolean> lead() {
        return uni(session -> session.leads()
                ? Future.succeededFuture(true)
                : session.connection().query(LEAD).execute().map(rows -> {
                    boolean leads = rows.iterator().next().getBoolean(0);
                    if (leads) {
                        replace(session.connection(), Optional.of(session.leading()));
                    }
                    return leads;
                }));
    }

    /** Lets another replica ask. */
    public void resign() {
        exchange(Optional.empty()).ifPresent(session -> session.connection().close());
    }

    private synchronized Optional<Session> exchange(Optional<Session> next) {
        Optional<Session> last = current;
        current = next;
        return last;
    }

    /** Unless another connection was made meanwhile. */
    private synchronized void replace(PgConnection connection, Optional<Session> next) {
        if (current.filter(now -> now.connection() == connection).isPresent()) {
            current = next;
        }
    }

    /** The newest durable checkpoint. */
    public Uni<Checkpoint> head() {
        return uni(session -> session.connection()
                .preparedQuery(HEAD)
                .execute(Tuple.of(session.log()))
                .map(this::head));
    }

    private Checkpoint head(RowSet<Row> rows) {
        if (rows.size() == 0) {
            throw new VerificationException("the log has no checkpoint any more");
        }
        Row row = rows.iterator().next();
        return matching(row, key.verifyHead(row.getString(2)));
    }

    /** The newest checkpoints above a size that any witness has cosigned, newest first, with what the witnesses said. */
    public Uni<List<Checkpoint>> cosignedAbove(long size) {
        return uni(session -> session.connection()
                .preparedQuery(COSIGNED)
                .execute(Tuple.of(session.log(), size, NEWEST))
                .map(rows -> {
                    List<Checkpoint> cosigned = new ArrayList<>();
                    for (Row row : rows) {
                        cosigned(row).ifPresent(cosigned::add);
                    }
                    return cosigned;
                }));
    }

    /** Proves that the tree of the second size, at most the head's, begins with that of the first. */
    public Uni<ConsistencyProof> consistency(long first, long second) {
        return uni(session -> session.hashes().extension(session.log(), first, second));
    }

    /** Keeps what a witness, under the name of its key, said of the checkpoint of that size. */
    public Uni<Void> store(long size, Cosignature cosignature) {
        return uni(session -> session.connection()
                .preparedQuery(STORE)
                .execute(Tuple.of(
                        session.log(),
                        size,
                        cosignature.witness(),
                        // The column holds lines without their newline.
                        cosignature.line().stripTrailing(),
                        cosignature.signedAt().atOffset(ZoneOffset.UTC)))
                .mapEmpty());
    }

    /** Empty if this key has not signed it: it may be of the key before. */
    private Optional<Checkpoint> cosigned(Row row) {
        try {
            Checkpoint bare = matching(row, key.verify(row.getString(2)));
            StringBuilder note = new StringBuilder(bare.note());
            for (String line : row.getArrayOfStrings(3)) {
                note.append(line).append('\n');
            }
            return Optional.of(new Checkpoint(bare.origin(), bare.size(), bare.root(), note.toString()));
        } catch (VerificationException notUsed) {
            return Optional.empty();
        }
    }

    private static Checkpoint matching(Row row, Checkpoint checkpoint) {
        if (checkpoint.size() != row.getLong(0)
                || !Arrays.equals(checkpoint.root().bytes(), row.getBuffer(1).getBytes())) {
            throw new VerificationException("checkpoint " + row.getLong(0) + " is not what its note says");
        }
        return checkpoint;
    }

    private <T> Uni<T> uni(Function<Session, Future<T>> asked) {
        return Uni.createFrom()
                .completionStage(() -> session().compose(asked).toCompletionStage())
                .ifNoItem()
                .after(PATIENCE.multipliedBy(2))
                .fail()
                .onFailure(failure -> !(failure instanceof VerificationException))
                .invoke(this::resign);
    }

    private Future<Session> session() {
        return current.map(Future::succeededFuture)
                .orElseGet(() -> PgConnection.connect(vertx, options)
                        .compose(connection -> connection
                                .query(LOG)
                                .execute()
                                .map(rows -> opened(
                                        connection, rows.iterator().next().getInteger(0)))
                                .onFailure(failed -> connection.close())));
    }

    private Session opened(PgConnection connection, Integer log) {
        Session session = new Session(connection, log, false, new TreeHashes(connection));
        connection.closeHandler(lost -> replace(connection, Optional.empty()));
        // Of two that were opened at once, the later one stays.
        exchange(Optional.of(session)).ifPresent(earlier -> earlier.connection().close());
        return session;
    }

    @Override
    public void close() {
        resign();
    }
}
