package dev.writ.gateway.notice;

import dev.writ.audit.RowChange;
import dev.writ.audit.postgres.AuditSchema;
import dev.writ.model.CallId;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What channels are still to be told. Entries put it there; the login that runs tasks works it off, and may do nothing else to it. */
@ApplicationScoped
class Outbox {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int CONNECTIONS = 2;
    private static final int LONGEST_BACK_OFF_SECONDS = 3_600;

    /** PostgreSQL must be told the types of parameters that only a further condition mentions. */
    private static final String INSERT = "INSERT INTO writ.notification (entry_index, channel, event, call, due)"
            + " SELECT $1::bigint, told, $4::text, $5::text, $6::text::timestamptz FROM unnest($3::text[]) AS told"
            + " WHERE $2::bytea IS NOT NULL ON CONFLICT DO NOTHING";

    private static final String WITHOUT_REMINDERS = "DELETE FROM writ.notification WHERE call = $3::text"
            + " AND state = 'waiting' AND event = 'reminder' AND $1::bigint IS NOT NULL AND $2::bytea IS NOT NULL";

    private static final String FORGOTTEN = "DELETE FROM writ.notification WHERE channel = $3::text"
            + " AND $1::bigint IS NOT NULL AND $2::bytea IS NOT NULL";

    private static final String AGAIN = "UPDATE writ.notification SET state = 'waiting', attempts = 0, due = now()"
            + " WHERE id = $3::bigint AND state = 'dead' AND $1::bigint IS NOT NULL AND $2::bytea IS NOT NULL";

    private static final String DUE = "SELECT id, entry_index, event, call FROM writ.notification"
            + " WHERE channel = $1 AND state = 'waiting' AND due <= $2 ORDER BY id LIMIT $3";

    private static final String SINCE =
            "SELECT count(DISTINCT message) FROM writ.notification WHERE channel = $1 AND tried_at > $2";

    /** What is under way is due again later, in case that this process dies. */
    private static final String BEGIN =
            "UPDATE writ.notification SET attempts = attempts + 1, message = $2, tried_at = $3,"
                    + " due = $3 + least(" + LONGEST_BACK_OFF_SECONDS
                    + ", $4::float8 * power(4, least(attempts, 20))) * interval '1 second'"
                    + " WHERE id = ANY($1) AND state = 'waiting' AND due <= $3 RETURNING id";

    private static final String SENT =
            "UPDATE writ.notification SET state = 'sent', problem = '' WHERE id = ANY($1) AND state = 'waiting'";

    private static final String FAILED =
            "UPDATE writ.notification SET problem = $2, state = CASE WHEN attempts >= $3 THEN 'dead' ELSE state END"
                    + " WHERE id = ANY($1) AND state = 'waiting' RETURNING state";

    private static final String DROP = "DELETE FROM writ.notification WHERE id = ANY($1)";

    private static final String SWEEP =
            "DELETE FROM writ.notification WHERE channel = $1 AND state = 'sent' AND tried_at < $2";

    private final Pool pool;

    Outbox(Vertx vertx, AuditSchema.Access access) {
        this.pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(CONNECTIONS).setName("writ-notify"))
                .connectingTo(access.tasks().connectOptions())
                .using(vertx)
                .build();
    }

    @PreDestroy
    void close() {
        pool.close();
    }

    /** What an entry tells, and from when on. */
    record News(Occasion occasion, CallId call, Instant due) {}

    /**
     * One thing that a channel is to be told.
     *
     * @param entry index of the entry that it tells of
     */
    record Pending(long id, long entry, Occasion occasion, String call) {}

    static RowChange waiting(List<Channel> channels, News news) {
        return new RowChange(
                INSERT,
                List.of(
                        channels.stream().map(Channel::id).toArray(String[]::new),
                        news.occasion().text(),
                        news.call().toString(),
                        news.due().toString()));
    }

    static RowChange withoutReminders(CallId call) {
        return new RowChange(WITHOUT_REMINDERS, List.of(call.toString()));
    }

    static RowChange forgotten(Channel channel) {
        return new RowChange(FORGOTTEN, List.of(channel.id()));
    }

    /** Lets a dead letter be sent again, as often as if it were new. */
    static RowChange again(long id) {
        return new RowChange(AGAIN, List.of(id));
    }

    /** What is due, oldest first. */
    Uni<List<Pending>> due(String channel, Instant now, int most) {
        return query(DUE, Tuple.of(channel, time(now), most)).map(rows -> {
            List<Pending> due = new ArrayList<>(rows.size());
            for (Row row : rows) {
                Optional<Occasion> occasion = Occasion.parse(row.getString(2));
                occasion.ifPresent(
                        known -> due.add(new Pending(row.getLong(0), row.getLong(1), known, row.getString(3))));
            }
            return due;
        });
    }

    /** How many messages were tried since then. */
    Uni<Integer> messagesSince(String channel, Instant since) {
        return query(SINCE, Tuple.of(channel, time(since)))
                .map(rows -> rows.iterator().next().getInteger(0));
    }

    /** Says before it is sent what is sent as one message; answers what nobody else has begun. */
    Uni<List<Long>> begin(List<Long> ids, String message, Instant now, Duration retryAfter) {
        return query(BEGIN, Tuple.of(array(ids), message, time(now), retryAfter.toMillis() / 1000.0))
                .map(rows -> {
                    List<Long> begun = new ArrayList<>(rows.size());
                    rows.forEach(row -> begun.add(row.getLong(0)));
                    return begun;
                });
    }

    Uni<Void> sent(List<Long> ids) {
        return query(SENT, Tuple.of(array(ids))).replaceWithVoid();
    }

    /**
     * Says that a message did not arrive.
     *
     * @param problem in a few words, without the address
     * @param attempts after how many it is given up
     * @return how many of them are dead letters now
     */
    Uni<Integer> failed(List<Long> ids, String problem, int attempts) {
        return query(FAILED, Tuple.of(array(ids), problem, attempts)).map(rows -> {
            int dead = 0;
            for (Row row : rows) {
                dead += row.getString(0).equals("dead") ? 1 : 0;
            }
            return dead;
        });
    }

    /** Forgets what there is nothing to tell of any more. */
    Uni<Void> drop(List<Long> ids) {
        return query(DROP, Tuple.of(array(ids))).replaceWithVoid();
    }

    /** Forgets what was sent before that. */
    Uni<Void> sweep(String channel, Instant before) {
        return query(SWEEP, Tuple.of(channel, time(before))).replaceWithVoid();
    }

    private Uni<RowSet<Row>> query(String sql, Tuple parameters) {
        return UniHelper.toUni(pool.preparedQuery(sql).execute(parameters))
                .ifNoItem()
                .after(TIMEOUT)
                .fail();
    }

    private static Long[] array(List<Long> ids) {
        return ids.toArray(Long[]::new);
    }

    private static OffsetDateTime time(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
