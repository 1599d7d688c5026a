package dev.writ.gateway.notice;

import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.wire.Page;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What channels should have been told and were not, however often it was tried. */
@ApplicationScoped
public class DeadLetters {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final String COLUMNS =
            "SELECT id, channel, event, call, entry_index, attempts, tried_at, problem FROM writ.notification WHERE ";

    private final Pool pool;
    private final Journal journal;

    DeadLetters(Pool pool, Journal journal) {
        this.pool = pool;
        this.journal = journal;
    }

    /**
     * One of them.
     *
     * @param id a number
     * @param index of the entry that it tells of
     * @param problem what came of the last attempt
     */
    public record Letter(
            long id,
            String channel,
            String event,
            String call,
            long index,
            int attempts,
            Instant triedAt,
            String problem) {}

    /** One page of them, oldest first. */
    Uni<Page<Letter>> list(Page.Request page, long after) {
        return query(COLUMNS + "state = 'dead' AND id > $1 ORDER BY id LIMIT $2", Tuple.of(after, page.rows()))
                .map(letters -> page.of(letters, letter -> Long.toString(letter.id()), letter -> letter));
    }

    Uni<Optional<Letter>> find(long id) {
        return query(COLUMNS + "state = 'dead' AND id = $1", Tuple.of(id))
                .map(letters -> letters.stream().findFirst());
    }

    /** Sends it again, from the beginning. */
    Uni<Void> retry(Actor actor, Letter letter) {
        return journal.record(actor, ChannelEntries.retried(letter, journal.now()), List.of(Outbox.again(letter.id())))
                .replaceWithVoid();
    }

    private Uni<List<Letter>> query(String sql, Tuple parameters) {
        return UniHelper.toUni(pool.preparedQuery(sql).execute(parameters))
                .map(DeadLetters::letters)
                .ifNoItem()
                .after(TIMEOUT)
                .fail();
    }

    private static List<Letter> letters(RowSet<Row> rows) {
        List<Letter> letters = new ArrayList<>(rows.size());
        for (Row row : rows) {
            letters.add(new Letter(
                    row.getLong("id"),
                    row.getString("channel"),
                    row.getString("event"),
                    row.getString("call"),
                    row.getLong("entry_index"),
                    row.getInteger("attempts"),
                    row.getOffsetDateTime("tried_at").toInstant(),
                    row.getString("problem")));
        }
        return letters;
    }
}
