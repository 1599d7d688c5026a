package dev.writ.gateway.export;

import dev.writ.audit.MerkleHash;
import dev.writ.audit.VerificationException;
import dev.writ.model.Digest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Durable entries from a place in the log on, as the reader's login sees them. */
@ApplicationScoped
class Feed {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long MOST_BYTES = 1 << 20;

    private static final String NEWEST = "SELECT log_id FROM audit.log ORDER BY log_id DESC LIMIT 1";
    private static final String HEAD =
            "SELECT l.origin, coalesce((SELECT c.size FROM audit.checkpoint c WHERE c.log_id = l.log_id"
                    + " ORDER BY c.size DESC LIMIT 1), 0) AS size,"
                    + " (SELECT min(n.log_id) FROM audit.log n WHERE n.log_id > l.log_id) AS later"
                    + " FROM audit.log l WHERE l.log_id = $1";
    private static final String ENTRIES = "SELECT idx, leaf_hash, leaf FROM audit.entry"
            + " WHERE log_id = $1 AND idx >= $2 AND idx < $3 AND ($4 OR kind = ANY($5)) ORDER BY idx LIMIT $6";
    private static final String LAG = "SELECT coalesce((SELECT sum(h.size) FROM audit.log l CROSS JOIN LATERAL"
            + " (SELECT c.size FROM audit.checkpoint c WHERE c.log_id = l.log_id ORDER BY c.size DESC LIMIT 1) h"
            + " WHERE l.log_id >= f.log_id), 0)::bigint - f.next_index AS entries,"
            + " (SELECT e.ts FROM audit.entry e WHERE e.log_id = f.log_id AND e.idx = f.next_index) AS since"
            + " FROM writ.forwarder f WHERE f.name = $1";

    private final Pool pool;

    Feed(Pool pool) {
        this.pool = pool;
    }

    /** A place in the logs of this database. */
    record Position(int log, long next) {}

    /**
     * Entries.
     *
     * @param next where to go on once they are delivered
     */
    record Batch(List<Event> events, Position next) {
        Batch {
            events = List.copyOf(events);
        }
    }

    /**
     * How far behind a forwarder is.
     *
     * @param since time of the next entry, if there is one
     */
    record Lag(long entries, Optional<Instant> since) {}

    /** That index of the newest log. */
    Uni<Position> newest(long index) {
        return UniHelper.toUni(pool.query(NEWEST).execute())
                .map(rows -> new Position(rows.iterator().next().getInteger(0), index))
                .ifNoItem()
                .after(TIMEOUT)
                .fail();
    }

    /**
     * The entries from that place on.
     *
     * @param kinds all if there are none
     * @param limit how many at most; fewer if they are large
     */
    Uni<Batch> from(Position position, Set<String> kinds, int limit) {
        return UniHelper.toUni(pool.preparedQuery(HEAD).execute(Tuple.of(position.log())))
                .chain(heads -> {
                    Row head = heads.iterator().next();
                    long size = head.getLong("size");
                    if (position.next() < size) {
                        return read(position, head.getString("origin"), size, kinds, limit);
                    }
                    // A log that another key goes on with begins at 0 again.
                    return Uni.createFrom()
                            .item(new Batch(
                                    List.of(),
                                    Optional.ofNullable(head.getInteger("later"))
                                            .map(later -> new Position(later, 0))
                                            .orElse(position)));
                })
                .ifNoItem()
                .after(TIMEOUT)
                .fail();
    }

    private Uni<Batch> read(Position position, String origin, long size, Set<String> kinds, int limit) {
        Tuple parameters = Tuple.tuple()
                .addInteger(position.log())
                .addLong(position.next())
                .addLong(size)
                .addBoolean(kinds.isEmpty())
                .addArrayOfString(kinds.toArray(String[]::new))
                .addInteger(limit);
        return UniHelper.toUni(pool.preparedQuery(ENTRIES).execute(parameters)).map(rows -> {
            List<Event> events = new ArrayList<>(rows.size());
            long bytes = 0;
            for (Row row : rows) {
                Slot.Kept kept = kept(row);
                bytes += kept.leaf().length;
                if (bytes > MOST_BYTES && !events.isEmpty()) {
                    return new Batch(events, new Position(position.log(), kept.index()));
                }
                events.add(Event.of(origin, kept));
            }
            long next = rows.size() < limit ? size : last(events) + 1;
            return new Batch(events, new Position(position.log(), next));
        });
    }

    private static long last(List<Event> events) {
        return events.get(events.size() - 1).slot().index();
    }

    private static Slot.Kept kept(Row row) {
        byte[] hash = row.getBuffer(1).getBytes();
        byte[] leaf = row.getBuffer(2).getBytes();
        if (!Arrays.equals(MerkleHash.leaf(leaf), hash)) {
            throw new VerificationException(
                    "the leaf of entry " + row.getLong(0) + " does not have the hash beside it");
        }
        return new Slot.Kept(row.getLong(0), Digest.fromBytes(hash), leaf);
    }

    /** Empty as long as the forwarder has no place. */
    Uni<Optional<Lag>> lag(String forwarder) {
        return UniHelper.toUni(pool.preparedQuery(LAG).execute(Tuple.of(forwarder)))
                .map(Feed::lag)
                .ifNoItem()
                .after(TIMEOUT)
                .fail();
    }

    private static Optional<Lag> lag(RowSet<Row> rows) {
        if (rows.size() == 0) {
            return Optional.empty();
        }
        Row row = rows.iterator().next();
        return Optional.of(new Lag(
                row.getLong("entries"),
                Optional.ofNullable(row.getOffsetDateTime("since")).map(OffsetDateTime::toInstant)));
    }
}
