package dev.writ.audit.postgres;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Checkpoint;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Grouping;
import dev.writ.audit.InclusionProof;
import dev.writ.audit.Leaf;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogTail;
import dev.writ.audit.MasterKey;
import dev.writ.audit.PrunedException;
import dev.writ.audit.Recorded;
import dev.writ.audit.Tally;
import dev.writ.audit.TlogProof;
import dev.writ.audit.TooCostlyException;
import dev.writ.audit.VerificationException;
import dev.writ.model.Digest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/** Reads the newest log of a database, through a pool of its own and a login that can do nothing else. */
public final class PostgresAuditReader implements AuditReader, AutoCloseable {

    private static final int CONNECTIONS = 4;

    /** For questions that read much, so that nothing the gateway waits for waits for them. */
    private static final int SCANNING_CONNECTIONS = 2;

    private static final String LONGEST_SCAN = "10s";
    private static final String CANCELED = "57014";

    // Only what a checkpoint covers is durable in the sense of the log.
    private static final String SIZE = "(SELECT max(size) FROM audit.checkpoint WHERE log_id = $1)";
    private static final String LOG = "SELECT max(log_id) FROM audit.log";
    private static final String HEAD =
            "SELECT size, root, note FROM audit.checkpoint WHERE log_id = $1 ORDER BY size DESC LIMIT 1";
    private static final String COSIGNATURES =
            "SELECT line FROM audit.cosignature WHERE log_id = $1 AND size = $2 ORDER BY witness";
    private static final String COVERING =
            "SELECT size, root, note FROM audit.checkpoint" + " WHERE log_id = $1 AND size >= $2 ORDER BY size LIMIT 1";
    private static final String AT =
            "SELECT " + EntryRow.COLUMNS + " FROM audit.entry WHERE log_id = $1 AND idx = $2 AND idx < " + SIZE;
    private static final String HOLDER = "SELECT idx, leaf_hash FROM audit.entry_key WHERE key = $2 AND log_id = $1";
    private static final String PRUNES =
            "SELECT idx, leaf FROM audit.entry WHERE log_id = $1 AND kind = '" + Deletions.PRUNE + "'";
    private static final String INPUTS =
            InputRow.SELECT + " WHERE i.log_id = $1 AND i.idx = ANY($2) ORDER BY i.idx, i.name";

    // Call by call, each by the index on it, whatever is known of the table. That on kinds would look as good and find
    // nearly every entry; it does not serve an expression.
    private static final String OF_CALLS =
            "SELECT found.* FROM unnest($2::text[]) AS asked (id) CROSS JOIN LATERAL (SELECT "
                    + EntryRow.COLUMNS
                    + " FROM audit.entry WHERE log_id = $1 AND call = asked.id COLLATE \"C\""
                    + " AND (cardinality($3::text[]) = 0 OR kind || '' = ANY($3)) AND idx < "
                    + SIZE + " ORDER BY call, idx LIMIT 10000) found";

    private final Pool pool;
    private final Pool scans;
    private final LogKeys key;
    private final SubjectKeys keys;
    private final TreeHashes hashes;
    private final PageReader pages;

    private PostgresAuditReader(Pool pool, Pool scans, LogKeys key, SubjectKeys keys) {
        this.pool = pool;
        this.scans = scans;
        this.key = key;
        this.keys = keys;
        this.hashes = new TreeHashes(pool);
        this.pages = new PageReader(pool, keys);
    }

    /**
     * A reader that connects when it is first asked.
     *
     * @param database login of {@code writ_reader}
     * @param key of the log
     * @param masterKey opens the inputs
     */
    public static PostgresAuditReader open(Vertx vertx, DatabaseUrl database, LogKeys key, MasterKey masterKey) {
        PgConnectOptions usual = options(database)
                // Every question has an index, also before anything is known of the tables.
                .addProperty("enable_seqscan", "off");
        PgConnectOptions scanning = options(database).addProperty("statement_timeout", LONGEST_SCAN);
        return new PostgresAuditReader(
                pool(vertx, usual, CONNECTIONS),
                pool(vertx, scanning, SCANNING_CONNECTIONS),
                key,
                new SubjectKeys(masterKey, new SecureRandom()));
    }

    private static PgConnectOptions options(DatabaseUrl database) {
        return database.connectOptions()
                .setCachePreparedStatements(true)
                .addProperty("application_name", "writ-audit-reader")
                // The same statement asks for what is frequent and what is rare: one plan for both is wrong for one.
                .addProperty("plan_cache_mode", "force_custom_plan");
    }

    private static Pool pool(Vertx vertx, PgConnectOptions options, int connections) {
        return PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(connections))
                .connectingTo(options)
                .using(vertx)
                .build();
    }

    @Override
    public Uni<Checkpoint> checkpoint() {
        return uni(() -> log().compose(this::head));
    }

    @Override
    public Uni<Optional<Recorded>> byKey(String entryKey) {
        return uni(() -> log().compose(log -> pool.preparedQuery(HOLDER)
                .execute(Tuple.of(log, entryKey))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture(Optional.empty())
                        : holder(log, entryKey, rows.iterator().next()))));
    }

    @Override
    public Uni<Optional<Recorded>> at(long index) {
        return uni(() -> log().compose(log -> at(log, index)));
    }

    @Override
    public Uni<Optional<Leaf>> leaf(long index) {
        return uni(() -> log().compose(log -> pool.preparedQuery(AT).execute(Tuple.of(log, index)))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(
                                EntryRow.of(rows.iterator().next(), List.of()).checkedLeaf())));
    }

    @Override
    public Uni<List<Recorded>> find(EntryQuery query) {
        return find(pool, FindStatement.of(query));
    }

    @Override
    public Uni<List<Recorded>> list(EntryQuery query) {
        return find(scans, FindStatement.listing(query))
                .onFailure(PostgresAuditReader::isCanceled)
                .transform(TooCostlyException::new);
    }

    @Override
    public Uni<List<Recorded>> search(EntryQuery query, String text) {
        return find(scans, FindStatement.containing(query, text))
                .onFailure(PostgresAuditReader::isCanceled)
                .transform(TooCostlyException::new);
    }

    @Override
    public Uni<Page> page(EntryQuery query, Set<String> inputs, long bytes) {
        return pages.read(this::log, query, inputs, bytes);
    }

    private Uni<List<Recorded>> find(Pool by, FindStatement statement) {
        return uni(() -> log().compose(log -> by.preparedQuery(statement.sql())
                .execute(statement.tuple(log))
                .compose(rows -> decode(by, log, rows, statement.query().withInputs()))
                .map(found -> {
                    found.forEach(statement::requireMatch);
                    return found;
                })));
    }

    @Override
    public Uni<List<Tally>> count(EntryQuery query, List<Grouping> by, int most) {
        FindStatement statement = FindStatement.counting(query, by, most);
        return PostgresAuditReader.<List<Tally>>uni(() -> log().compose(log -> scans.preparedQuery(statement.sql())
                        .execute(statement.tuple(log))
                        .map(rows -> tallies(rows, by))))
                .onFailure(PostgresAuditReader::isCanceled)
                .transform(TooCostlyException::new);
    }

    private static List<Tally> tallies(RowSet<Row> rows, List<Grouping> by) {
        List<Tally> tallies = new ArrayList<>(rows.size());
        for (Row row : rows) {
            Map<Grouping, String> group = new EnumMap<>(Grouping.class);
            for (int place = 0; place < by.size(); place++) {
                Grouping grouping = by.get(place);
                value(row, place + 1, grouping).ifPresent(value -> group.put(grouping, value));
            }
            tallies.add(new Tally(group, row.getLong(0)));
        }
        return tallies;
    }

    private static Optional<String> value(Row row, int place, Grouping grouping) {
        return switch (grouping) {
            case HOUR, DAY ->
                Optional.of(row.getOffsetDateTime(place).toInstant().toString());
            default -> Optional.ofNullable(row.getString(place));
        };
    }

    private static boolean isCanceled(Throwable failure) {
        return failure instanceof PgException refused && CANCELED.equals(refused.getSqlState());
    }

    @Override
    public Uni<List<Recorded>> ofCall(String call, Set<String> kinds) {
        return ofCalls(Set.of(call), kinds, true);
    }

    @Override
    public Uni<List<Recorded>> ofCalls(Set<String> calls, Set<String> kinds) {
        return ofCalls(calls, kinds, false);
    }

    private Uni<List<Recorded>> ofCalls(Set<String> calls, Set<String> kinds, boolean withInputs) {
        return uni(() -> log().compose(log -> pool.preparedQuery(OF_CALLS)
                .execute(Tuple.tuple()
                        .addInteger(log)
                        .addArrayOfString(calls.toArray(String[]::new))
                        .addArrayOfString(kinds.toArray(String[]::new)))
                .compose(rows -> decode(pool, log, rows, withInputs))
                .map(found -> found.stream()
                        .map(recorded -> requireOf(calls, kinds, recorded))
                        .sorted(Comparator.comparingLong(Recorded::index))
                        .toList())));
    }

    /** The column only finds an entry; what it says must be what was asked for. */
    private static Recorded requireOf(Set<String> calls, Set<String> kinds, Recorded recorded) {
        Entry entry = recorded.entry();
        boolean isOfKind = kinds.isEmpty() || kinds.contains(entry.kind());
        if (entry.column(Column.CALL).filter(calls::contains).isEmpty() || !isOfKind) {
            throw new VerificationException("the columns of entry " + recorded.index() + " are not those of its leaf");
        }
        return recorded;
    }

    @Override
    public Uni<String> proof(long index, long size) {
        if (index < 0 || size <= index) {
            return Uni.createFrom()
                    .failure(() -> new IllegalArgumentException("a proof is for an index below a size of the log"));
        }
        return uni(() -> log().compose(log -> pool.preparedQuery(COVERING)
                .execute(Tuple.of(log, size))
                .map(this::covering)
                .compose(checkpoint -> hashes.prove(log, index, checkpoint.size())
                        .compose(proven -> cosigned(log, checkpoint).map(cosigned -> text(proven, cosigned))))));
    }

    private Future<Checkpoint> cosigned(int log, Checkpoint checkpoint) {
        return pool.preparedQuery(COSIGNATURES)
                .execute(Tuple.of(log, checkpoint.size()))
                .map(rows -> {
                    StringBuilder note = new StringBuilder(checkpoint.note());
                    rows.forEach(row -> note.append(row.getString(0)).append('\n'));
                    return new Checkpoint(checkpoint.origin(), checkpoint.size(), checkpoint.root(), note.toString());
                });
    }

    /** Forgets the keys of subjects that entries destroy. */
    public void follow(LogTail tail) {
        tail.subscribe(recorded -> keys.heed(recorded.entry()));
    }

    @Override
    public void close() {
        pool.close();
        scans.close();
    }

    private static String text(TreeHashes.Proven proven, Checkpoint checkpoint) {
        InclusionProof proof = proven.proof();
        if (!proof.proves(Digest.fromBytes(proven.leafHash()), checkpoint.root())) {
            throw new VerificationException(
                    "the leaf hashes below size " + proof.size() + " do not make the root of its checkpoint");
        }
        return TlogProof.of(proof, checkpoint).toText();
    }

    private Checkpoint covering(RowSet<Row> rows) {
        if (rows.size() == 0) {
            throw new IllegalArgumentException("the log is smaller than the size to prove for");
        }
        return matching(rows.iterator().next(), key.verify(note(rows)));
    }

    private Future<Integer> log() {
        return pool.query(LOG)
                .execute()
                .map(rows -> Optional.ofNullable(rows.iterator().next().getInteger(0))
                        .orElseThrow(() -> new DatabaseException("no log was begun in this database")));
    }

    private Future<Checkpoint> head(int log) {
        return pool.preparedQuery(HEAD)
                .execute(Tuple.of(log))
                .map(rows -> matching(rows.iterator().next(), key.verifyHead(note(rows))));
    }

    private static String note(RowSet<Row> rows) {
        return rows.iterator().next().getString(2);
    }

    private static Checkpoint matching(Row row, Checkpoint checkpoint) {
        if (checkpoint.size() != row.getLong(0)
                || !Arrays.equals(checkpoint.root().bytes(), row.getBuffer(1).getBytes())) {
            throw new VerificationException("checkpoint " + row.getLong(0) + " is not what its note says");
        }
        return checkpoint;
    }

    private Future<Optional<Recorded>> at(int log, long index) {
        return pool.preparedQuery(AT)
                .execute(Tuple.of(log, index))
                .compose(rows -> decode(pool, log, rows, true))
                .map(found -> found.stream().findFirst());
    }

    /** Fails if an entry says that the one at that index was pruned; its keys stay, so that nothing takes them again. */
    private Future<Optional<Recorded>> missing(int log, long index) {
        return pool.preparedQuery(PRUNES).execute(Tuple.of(log)).map(rows -> {
            OptionalLong below = Deletions.prunedBelow(rows);
            if (below.isPresent() && index < below.getAsLong()) {
                throw new PrunedException(below.getAsLong());
            }
            return Optional.empty();
        });
    }

    private Future<Optional<Recorded>> holder(int log, String entryKey, Row row) {
        Future<Optional<Recorded>> at = at(log, row.getLong(0))
                .compose(found -> found.isPresent() ? Future.succeededFuture(found) : missing(log, row.getLong(0)));
        return at.map(found -> {
            boolean isHolder = found.filter(recorded -> recorded.entry().keys().contains(entryKey)
                            && Arrays.equals(
                                    recorded.leafHash().bytes(),
                                    row.getBuffer(1).getBytes()))
                    .isPresent();
            if (!isHolder) {
                throw new VerificationException(
                        "an entry key points to entry " + row.getLong(0) + ", which has it not");
            }
            return found;
        });
    }

    private Future<List<Recorded>> decode(Pool by, int log, RowSet<Row> rows, boolean withInputs) {
        if (!withInputs || rows.size() == 0) {
            return Future.succeededFuture(decode(rows, Map.of()));
        }
        List<Long> indices = new ArrayList<>(rows.size());
        rows.forEach(row -> indices.add(row.getLong(0)));
        return by.preparedQuery(INPUTS)
                .execute(Tuple.tuple().addInteger(log).addArrayOfLong(indices.toArray(Long[]::new)))
                .map(inputs -> decode(rows, InputRow.byIndex(inputs)));
    }

    private List<Recorded> decode(RowSet<Row> rows, Map<Long, List<InputRow>> inputs) {
        List<Recorded> decoded = new ArrayList<>(rows.size());
        for (Row row : rows) {
            decoded.add(EntryRow.of(row, inputs.getOrDefault(row.getLong(0), List.of()))
                    .decode(keys));
        }
        return decoded;
    }

    private static <T> Uni<T> uni(Supplier<Future<T>> asked) {
        return Uni.createFrom().completionStage(() -> asked.get().toCompletionStage());
    }
}
