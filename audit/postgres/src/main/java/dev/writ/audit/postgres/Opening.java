package dev.writ.audit.postgres;

import dev.writ.audit.Frontier;
import dev.writ.audit.KeyChange;
import dev.writ.audit.LogSigner;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.MerkleHash;
import dev.writ.audit.VerificationException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds the log and decides whether it may be served. */
final class Opening {

    private static final int FIRST_LOG = 1;
    private static final int TILE = 256;

    private static final String SETTINGS =
            "SELECT name, setting FROM pg_settings WHERE name IN (" + Durability.SETTINGS + ")";
    private static final String LOG = "SELECT log_id, vkey FROM audit.log ORDER BY log_id DESC LIMIT 1";
    private static final String ADDED = "SELECT FROM audit.entry_key WHERE key = ANY($1)";
    private static final String NEW_LOG = "INSERT INTO audit.log (log_id, origin, vkey) VALUES ($1, $2, $3)";
    private static final String GENESIS =
            "INSERT INTO audit.checkpoint" + " (log_id, size, root, frontier, note) VALUES ($1, 0, $2, $3, $4)";
    private static final String HEAD =
            "SELECT size, root, frontier, note FROM audit.checkpoint" + " WHERE log_id = $1 ORDER BY size DESC LIMIT 1";
    private static final String ROOT = "SELECT root FROM audit.checkpoint WHERE log_id = $1 AND size = $2";
    private static final String LEAVES =
            "SELECT idx, leaf FROM audit.entry WHERE log_id = $1 AND idx >= $2 ORDER BY idx LIMIT " + (TILE + 1);

    private final PgConnection connection;
    private final PostgresAuditLog.Settings settings;
    private final HighWaterMark mark;

    private Opening(PgConnection connection, PostgresAuditLog.Settings settings, HighWaterMark mark) {
        this.connection = connection;
        this.settings = settings;
        this.mark = mark;
    }

    /** A sound log. */
    record Opened(int logId, LogVerifierKey firstKey, Head head, HighWaterMark mark) {}

    private record Found(int logId, LogVerifierKey firstKey) {}

    static Future<Opened> open(Vertx vertx, PostgresAuditLog.Settings settings) {
        HighWaterMark mark;
        try {
            mark = HighWaterMark.open(settings.highWaterMark());
        } catch (IOException unusable) {
            return Future.failedFuture(new DatabaseException(
                    "the log's high-water mark cannot be kept in " + settings.highWaterMark(), unusable));
        }
        return PgConnection.connect(vertx, WriterSession.options(settings.database(), settings.replica()))
                .recover(unreachable -> Future.failedFuture(new DatabaseException(
                        "cannot log in to " + settings.database() + ": " + unreachable.getMessage(), unreachable)))
                .compose(connection ->
                        new Opening(connection, settings, mark).open().eventually(() -> connection.close()))
                .recover(failed -> Future.failedFuture(
                        failed instanceof VerificationException unsound
                                ? new DatabaseException("the log must not be served: " + unsound.getMessage(), unsound)
                                : failed));
    }

    private Future<Opened> open() {
        return requireDurable()
                .compose(durable -> Safeguards.require(connection))
                .compose(guarded -> findLog())
                .compose(found -> found.map(Future::succeededFuture).orElseGet(this::begin))
                .compose(this::requireSound);
    }

    private Future<Void> requireDurable() {
        return connection.query(SETTINGS).execute().map(rows -> {
            rows.forEach(row -> Durability.require(row.getString(0), row.getString(1)));
            return null;
        });
    }

    private Future<Optional<Found>> findLog() {
        return connection.query(LOG).execute().compose(rows -> {
            if (rows.size() == 0) {
                return Future.succeededFuture(Optional.empty());
            }
            Row log = rows.iterator().next();
            String vkey = log.getString(1);
            return isOurs(vkey).map(ours -> {
                if (!ours) {
                    throw new DatabaseException(
                            "the log in this database was begun with the key " + vkey + ", which is not the one given");
                }
                return Optional.of(new Found(log.getInteger(0), LogVerifierKey.parse(vkey)));
            });
        });
    }

    /** A log is ours if it began with a key that signs it still, or says that one was added to it that does. */
    private Future<Boolean> isOurs(String vkey) {
        List<LogVerifierKey> signing = settings.signer().keys().all();
        if (signing.stream().anyMatch(key -> key.vkey().equals(vkey))) {
            return Future.succeededFuture(true);
        }
        String[] added = signing.stream().map(KeyChange::addedKey).toArray(String[]::new);
        return connection
                .preparedQuery(ADDED)
                .execute(Tuple.tuple().addArrayOfString(added))
                .map(rows -> rows.size() > 0);
    }

    /** Writes the genesis, unless another replica does so at the same moment. */
    private Future<Found> begin() {
        return connection
                .query("BEGIN")
                .execute()
                .compose(begun -> connection.query(WriterSession.LOCK).execute())
                .compose(locked -> findLog())
                .compose(found -> found.isPresent() ? Future.succeededFuture(found.get()) : insertGenesis())
                .compose(begun -> connection.query("COMMIT").execute().map(begun));
    }

    private Future<Found> insertGenesis() {
        LogSigner signer = settings.signer();
        Frontier nothing = Frontier.empty();
        return connection
                .preparedQuery(NEW_LOG)
                .execute(Tuple.of(
                        FIRST_LOG,
                        signer.verifierKey().name(),
                        signer.verifierKey().vkey()))
                .compose(inserted -> connection
                        .preparedQuery(GENESIS)
                        .execute(Tuple.tuple()
                                .addInteger(FIRST_LOG)
                                .addBuffer(Buffer.buffer(nothing.root()))
                                .addBuffer(Buffer.buffer(nothing.toBytes()))
                                .addString(signer.sign(nothing).note())))
                .map(inserted -> new Found(FIRST_LOG, signer.verifierKey()));
    }

    private Future<Opened> requireSound(Found found) {
        int logId = found.logId();
        // Other replicas append meanwhile: head and leaves must be of one moment. Ends with the connection.
        Future<RowSet<Row>> heads = connection
                .query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                .execute()
                .compose(begun -> connection.preparedQuery(HEAD).execute(Tuple.of(logId)));
        return heads.compose(rows -> {
            if (rows.size() == 0) {
                throw new VerificationException("it has no checkpoint");
            }
            Row row = rows.iterator().next();
            Head head = new HeadVerifier(settings.signer())
                    .verify(
                            row.getLong(0),
                            row.getBuffer(1).getBytes(),
                            row.getBuffer(2).getBytes(),
                            row.getString(3));
            // The JDK's cryptography as a second opinion.
            settings.signer().keys().verify(head.checkpoint().note());
            return Safeguards.requirePartitions(connection, head.size())
                    .compose(complete -> requireLastLeaves(logId, head))
                    .compose(sound -> requireNotSetBack(logId, head))
                    .map(sound -> new Opened(logId, found.firstKey(), head, mark));
        });
    }

    /** The leaves of the last incomplete tile make the last peaks of the frontier, and there is nothing beyond. */
    private Future<Void> requireLastLeaves(int logId, Head head) {
        long from = head.size() - head.size() % TILE;
        return connection.preparedQuery(LEAVES).execute(Tuple.of(logId, from)).map(rows -> {
            List<byte[]> hashes = new ArrayList<>();
            for (Row row : rows) {
                if (row.getLong(0) != from + hashes.size() || row.getLong(0) >= head.size()) {
                    throw new VerificationException(
                            "the entries after " + from + " are not those of checkpoint " + head.size());
                }
                hashes.add(MerkleHash.leaf(row.getBuffer(1).getBytes()));
            }
            byte[] last = Frontier.empty().append(hashes).toBytes();
            byte[] whole = head.frontier().toBytes();
            int length = last.length - Long.BYTES;
            if (hashes.size() != head.size() % TILE
                    || !Arrays.equals(last, Long.BYTES, last.length, whole, whole.length - length, whole.length)) {
                throw new VerificationException(
                        "the leaves after entry " + from + " do not make the tree of checkpoint " + head.size());
            }
            return null;
        });
    }

    private Future<Void> requireNotSetBack(int logId, Head head) {
        Optional<HighWaterMark.Mark> seen;
        try {
            seen = mark.read();
        } catch (IOException unreadable) {
            return Future.failedFuture(new DatabaseException("the log's high-water mark cannot be read", unreadable));
        }
        if (seen.isEmpty()) {
            return Future.succeededFuture();
        }
        HighWaterMark.Mark high = seen.get();
        if (head.size() < high.size()) {
            throw new VerificationException("it is at size " + head.size() + ", but this replica has seen size "
                    + high.size() + ": the database was set back, for example to an older backup");
        }
        return connection
                .preparedQuery(ROOT)
                .execute(Tuple.of(logId, high.size()))
                .map(rows -> {
                    requireRoot(rows, high);
                    return null;
                });
    }

    private static void requireRoot(RowSet<Row> rows, HighWaterMark.Mark high) {
        if (rows.size() == 0
                || !Arrays.equals(
                        rows.iterator().next().getBuffer(0).getBytes(),
                        high.root().bytes())) {
            throw new VerificationException("checkpoint " + high.size() + " is not the one this replica has seen");
        }
    }
}
