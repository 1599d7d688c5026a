package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.AuditUnavailableException.Reason;
import dev.writ.audit.Draft;
import dev.writ.audit.Entries;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Input;
import dev.writ.audit.Receipt;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.audit.Settled;
import dev.writ.audit.VerifyResult;
import dev.writ.model.JsonObject;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the log does when something breaks, and that it is whole afterwards. */
class PostgresAuditLogFaultsTest {

    private static final EntryQuery ALL = new EntryQuery(
            Map.of(), Set.of(), 0, Long.MAX_VALUE, Optional.empty(), Optional.empty(), false, 10_000, false);
    private static final String LOCK = "BEGIN; " + WriterSession.LOCK;

    @RegisterExtension
    private final TestLog log = new TestLog();

    @AfterEach
    void wholeLogVerifies() {
        if (log.isExpectedIntact()) {
            assertThat(log.verify()).isInstanceOf(VerifyResult.Intact.class);
            assertThat(log.complaintsOfThirdParties()).isEmpty();
        }
    }

    @Test
    void killedSessionsLoseNothingThatWasAcknowledged() {
        List<CompletableFuture<Receipt<String>>> started = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 100; i++) {
                started.add(start(log.log(), "decided/" + round + "/" + i));
            }
            log.database()
                    .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND usename = 'writ_writer'");
        }

        List<Recorded> recorded =
                started.stream().map(receipt -> created(receipt).recorded()).toList();

        assertThat(recorded).extracting(Recorded::index).doesNotHaveDuplicates().hasSize(1000);
        assertThat(log.reader().find(ALL).await().atMost(TestLog.SOON)).containsExactlyInAnyOrderElementsOf(recorded);
    }

    @Test
    void whatHasToBeLookedUpFirstWaitsForTheDatabaseAsWell() {
        for (int i = 0; i < 10; i++) {
            log.database()
                    .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE usename = 'writ_writer' AND datname = current_database()");
            Entry entry = Entries.ofSubject(
                    "subject-of-" + i,
                    new Input("facts", JsonObject.builder().put("i", i).build(), true));

            assertThat(log.log()
                            .append(Draft.independent(new Settled<>(entry, entry)))
                            .await()
                            .atMost(TestLog.SOON))
                    .isInstanceOf(Receipt.Created.class);
        }
    }

    @Test
    void lostAnswerOfACommitIsFoundOut() throws Exception {
        try (LossyProxy proxy = LossyProxy.to(log.database().writer())) {
            PostgresAuditLog distant = log.open("distant", proxy.url());
            append(distant, "warm/1");
            proxy.loseAnswerTo("COMMIT");

            Receipt.Created<String> receipt = created(start(distant, "decided/1"));

            assertThat(proxy.losses()).isEqualTo(1);
            assertThat(receipt.recorded().index()).isEqualTo(1);
            assertThat(size()).isEqualTo(2);
            assertThat(distant.tail().size()).isEqualTo(2);
        }
    }

    @Test
    void lostCommitIsTriedAgain() throws Exception {
        try (LossyProxy proxy = LossyProxy.to(log.database().writer())) {
            PostgresAuditLog distant = log.open("distant", proxy.url());
            append(distant, "warm/1");
            proxy.lose("COMMIT");

            Receipt.Created<String> receipt = created(start(distant, "decided/1"));

            assertThat(proxy.losses()).isEqualTo(1);
            assertThat(receipt.recorded().index()).isEqualTo(1);
            assertThat(size()).isEqualTo(2);
        }
    }

    @Test
    void fullQueueRefusesAndWritesNothing() throws Exception {
        PostgresAuditLog small = log.open("small", TestLog.limits(4, TestLog.SOON));
        List<CompletableFuture<Receipt<String>>> started;
        try (Connection holder = Databases.connect(log.database().writer())) {
            Databases.execute(holder, LOCK);
            started = IntStream.range(0, 10)
                    .mapToObj(i -> start(small, "decided/" + i))
                    .toList();
            assertThat(started.subList(4, 10)).allSatisfy(refused -> assertReason(refused, Reason.BACKPRESSURE));
        }

        assertThat(started.subList(0, 4).stream()
                        .map(receipt -> created(receipt).recorded().index()))
                .containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
        assertThat(size()).isEqualTo(4);
        append(small, "later");
    }

    @Test
    void appendThatTakesTooLongFailsAndIsNotWrittenLater() throws Exception {
        PostgresAuditLog hasty = log.open("hasty", TestLog.limits(100, Duration.ofMillis(200)));
        try (Connection holder = Databases.connect(log.database().writer())) {
            Databases.execute(holder, LOCK);
            assertReason(start(hasty, "too late"), Reason.UNAVAILABLE);
        }

        append(log.log(), "next");

        assertThat(size()).isEqualTo(1);
        assertThat(log.reader().byKey("too late").await().atMost(TestLog.SOON)).isEmpty();
    }

    @Test
    void rowThatIsRefusedFailsItsCallerOnly() {
        CompletableFuture<Receipt<String>> before = start(log.log(), "before");
        CompletableFuture<Receipt<String>> refused = log.log()
                .append(Draft.independent(
                        new Settled<>(Entries.keyed("A", "refused"), List.of(TestLog.rowLabelled("refused")), "")))
                .subscribeAsCompletionStage();
        CompletableFuture<Receipt<String>> after = start(log.log(), "after");

        assertThatThrownBy(() -> refused.get(30, TimeUnit.SECONDS)).hasMessageContaining("label_label_check");
        created(before);
        created(after);
        assertThat(size()).isEqualTo(2);
        assertThat(log.rows()).isEmpty();
    }

    @Test
    void rowChangeThatIsNoSqlFailsItsCallerOnly() {
        CompletableFuture<Receipt<String>> before = start(log.log(), "before");
        CompletableFuture<Receipt<String>> refused = log.log()
                .append(Draft.independent(new Settled<>(
                        Entries.keyed("A", "refused"),
                        List.of(new RowChange("INSERT INTO nowhere VALUES ($1, $2)", List.of())),
                        "")))
                .subscribeAsCompletionStage();

        assertThatThrownBy(() -> refused.get(30, TimeUnit.SECONDS)).hasMessageContaining("nowhere");
        created(before);
        assertThat(size()).isEqualTo(1);
    }

    @Test
    void whatWasReadLongAgoIsReadBackFromTheDatabase() {
        PostgresAuditLog forgetful = log.openForgetful("forgetful");
        forgetful
                .append(Draft.independent(new Settled<>(Entries.touching("FIRST", Set.of("history/a")), "")))
                .await()
                .atMost(TestLog.SOON);
        for (int i = 0; i < 20; i++) {
            append(forgetful, "between/" + i);
        }

        List<Long> seen = new ArrayList<>();
        created(forgetful
                .append(new Draft<>(Set.of("history/a"), 0, since -> {
                    seen.clear();
                    since.forEach(recorded -> seen.add(recorded.index()));
                    return new Settled<>(Entries.keyed("LAST", "last"), "");
                }))
                .subscribeAsCompletionStage());

        assertThat(seen).containsExactly(0L);
    }

    @Test
    void databaseThatWasSetBackIsNotServedAgain() {
        append(log.log(), "a");
        append(log.log(), "b");
        log.log().close();
        setBackTo(1);

        assertThatThrownBy(() -> log.open("one"))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("set back");
    }

    @Test
    void databaseThatIsSetBackUnderALogClosesIt() {
        append(log.log(), "a");
        append(log.log(), "b");
        setBackTo(1);

        assertReason(start(log.log(), "c"), Reason.FAIL_CLOSED);
        assertReason(start(log.log(), "d"), Reason.FAIL_CLOSED);
        assertThat(size()).isEqualTo(1);
    }

    @Test
    void headOfAnotherKeyClosesTheLog() {
        append(log.log(), "a");
        log.edit("UPDATE audit.checkpoint SET note = replace(note, E'\\n\\n', E'\\nforged\\n\\n') WHERE size = 1");
        log.expectBroken();

        assertReason(start(log.log(), "b"), Reason.FAIL_CLOSED);
        assertThatThrownBy(() -> log.open("other"))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("must not be served");
    }

    @Test
    void editedLastLeavesAreNotServed() {
        append(log.log(), "a");
        append(log.log(), "b");
        log.edit("UPDATE audit.entry SET leaf = leaf || 'x'::bytea WHERE idx = 1");
        log.expectBroken();

        assertThatThrownBy(() -> log.open("other"))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("do not make the tree");
    }

    @Test
    void rowsAboveTheHeadAreNotServed() {
        append(log.log(), "a");
        log.edit(
                "INSERT INTO audit.entry SELECT log_id, 1, leaf_hash, leaf, kind, call, verdict, agent, subject, session,"
                        + " tool, rule, bundle, ts FROM audit.entry WHERE idx = 0");
        log.expectBroken();

        assertThatThrownBy(() -> log.open("other"))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("must not be served");
        assertReason(start(log.log(), "b"), Reason.FAIL_CLOSED);
    }

    @Test
    void unsafeDurabilityIsNotServed() {
        log.database().execute("ALTER DATABASE " + log.database().admin().database() + " SET synchronous_commit = off");

        assertThatThrownBy(() -> log.open("other"))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("synchronous_commit is off");
    }

    private void setBackTo(long size) {
        log.edit("DELETE FROM audit.entry WHERE idx >= " + size + "; DELETE FROM audit.entry_key WHERE idx >= " + size
                + "; DELETE FROM audit.checkpoint WHERE size > " + size);
    }

    private long size() {
        return log.reader().checkpoint().await().atMost(TestLog.SOON).size();
    }

    private static void append(PostgresAuditLog into, String key) {
        created(start(into, key));
    }

    private static CompletableFuture<Receipt<String>> start(PostgresAuditLog into, String key) {
        return into.append(Draft.independent(new Settled<>(Entries.keyed("DECIDED", key), key)))
                .subscribeAsCompletionStage();
    }

    private static Receipt.Created<String> created(CompletableFuture<Receipt<String>> started) {
        Receipt<String> receipt =
                started.orTimeout(TestLog.SOON.toSeconds(), TimeUnit.SECONDS).join();
        return receipt.fold(created -> created, existing -> {
            throw new AssertionError("not created: " + existing);
        });
    }

    private static void assertReason(CompletableFuture<Receipt<String>> started, Reason reason) {
        assertThatThrownBy(() -> started.orTimeout(TestLog.SOON.toSeconds(), TimeUnit.SECONDS)
                        .join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        AuditUnavailableException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }
}
