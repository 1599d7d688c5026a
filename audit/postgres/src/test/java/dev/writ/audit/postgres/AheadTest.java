package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.AppliedRow;
import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.AuditUnavailableException.Reason;
import dev.writ.audit.Draft;
import dev.writ.audit.Entries;
import dev.writ.audit.Receipt;
import dev.writ.audit.RowChange;
import dev.writ.audit.Settled;
import dev.writ.audit.VerifyResult;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A replica that takes for granted that nobody else appends, and is wrong. */
class AheadTest {

    private static final int LONG_ENOUGH = 8;

    @RegisterExtension
    private final TestLog log = new TestLog();

    private final AtomicInteger triedAgain = new AtomicInteger();

    private final AuditMetrics metrics = new AuditMetrics() {
        @Override
        public void retried() {
            triedAgain.incrementAndGet();
        }
    };

    @AfterEach
    void wholeLogVerifies() {
        if (log.isExpectedIntact()) {
            assertThat(log.verify()).isInstanceOf(VerifyResult.Intact.class);
            assertThat(log.complaintsOfThirdParties()).isEmpty();
        }
    }

    @Test
    void whoIsOvertakenAppendsAfterwards() throws Exception {
        Overtaken both = overtake(draft("overtakes"), draft("overtaken"));

        assertThat(index(both.first())).isEqualTo(LONG_ENOUGH);
        assertThat(index(both.second())).isEqualTo(LONG_ENOUGH + 1);
        assertThat(triedAgain).hasPositiveValue();
    }

    @Test
    void whatDependsOnTheOtherIsSettledAgain() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        Overtaken both = overtake(
                Draft.independent(new Settled<>(Entries.touching("SPENT", Set.of("budget")), "")),
                new Draft<>(Set.of("budget"), LONG_ENOUGH, since -> {
                    seen.set(since.size());
                    return new Settled<>(Entries.touching("SPENT", Set.of("budget")), "");
                }));

        assertThat(index(both.first())).isEqualTo(LONG_ENOUGH);
        assertThat(index(both.second())).isEqualTo(LONG_ENOUGH + 1);
        assertThat(seen).hasValue(1);
    }

    @Test
    void keyThatAnotherReplicaTookIsItsOwn() throws Exception {
        Overtaken both = overtake(draft("once"), draft("once"));

        assertThat(index(both.first())).isEqualTo(LONG_ENOUGH);
        assertThat(both.second().get(30, TimeUnit.SECONDS))
                .isEqualTo(new Receipt.Existing<String>("once", LONG_ENOUGH));
    }

    @Test
    void rowThatTheDatabaseRefusesFailsItsCallerOnly() {
        PostgresAuditLog lone = alone();

        CompletableFuture<Receipt<String>> before = start(lone, draft("before"));
        CompletableFuture<Receipt<String>> refused =
                start(lone, draft("refused", TestLog.rowLabelled("kept"), TestLog.rowLabelled("refused")));
        CompletableFuture<Receipt<String>> after = start(lone, draft("after", TestLog.rowLabelled("after")));

        assertThatThrownBy(() -> refused.get(30, TimeUnit.SECONDS)).hasMessageContaining("label_label_check");
        index(before);
        index(after);
        assertThat(log.rows()).extracting(AppliedRow::label).containsExactly("after");
    }

    @Test
    void rowThatIsNeverSentIsNotLeftOut() {
        PostgresAuditLog lone = alone();
        RowChange ofAnotherType = new RowChange(TestLog.rowLabelled("").sql(), List.of(List.of("no text")));
        index(start(lone, draft("prepares", TestLog.rowLabelled("prepares"))));

        CompletableFuture<Receipt<String>> refused = start(lone, draft("refused", ofAnotherType));

        assertThatThrownBy(() -> refused.get(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(log.reader().byKey("refused").await().atMost(TestLog.SOON)).isEmpty();
        index(start(lone, draft("after")));
    }

    @Test
    void databaseThatIsSetBackClosesIt() {
        PostgresAuditLog lone = alone();
        log.log().close();
        log.edit("DELETE FROM audit.entry WHERE idx >= 5; DELETE FROM audit.entry_key WHERE idx >= 5;"
                + " DELETE FROM audit.checkpoint WHERE size > 5");

        assertClosed(start(lone, draft("c")));
        assertThat(log.reader().checkpoint().await().atMost(TestLog.SOON).size())
                .isEqualTo(5);
    }

    @Test
    void headThatWasEditedClosesIt() {
        PostgresAuditLog lone = alone();
        log.edit("UPDATE audit.checkpoint SET note = replace(note, E'\\n\\n', E'\\nforged\\n\\n') WHERE size = "
                + LONG_ENOUGH);
        log.expectBroken();

        assertClosed(start(lone, draft("c")));
    }

    @Test
    void noteWithALineMoreClosesIt() {
        PostgresAuditLog lone = alone();
        log.edit("UPDATE audit.checkpoint SET note = note || '\u2014 other.example AAAAAAAA' || E'\\n' WHERE size = "
                + LONG_ENOUGH);
        log.expectBroken();

        assertClosed(start(lone, draft("c")));
    }

    @Test
    void rowsAboveTheHeadCloseIt() {
        PostgresAuditLog lone = alone();
        log.edit("INSERT INTO audit.entry SELECT log_id, " + LONG_ENOUGH
                + ", leaf_hash, leaf, kind, call, verdict, agent, subject, session, tool, rule, bundle, ts"
                + " FROM audit.entry WHERE idx = 0");
        log.expectBroken();

        assertClosed(start(lone, draft("c")));
    }

    @Test
    void lostAnswerOfACommitIsFoundOut() throws Exception {
        try (LossyProxy proxy = LossyProxy.to(log.database().writer())) {
            PostgresAuditLog distant = log.open("distant", proxy.url());
            appendUntilAlone(distant);
            proxy.loseAnswerTo("COMMIT");

            assertThat(index(start(distant, draft("decided")))).isEqualTo(LONG_ENOUGH);

            assertThat(proxy.losses()).isEqualTo(1);
        }
    }

    @Test
    void lostCommitIsTriedAgain() throws Exception {
        try (LossyProxy proxy = LossyProxy.to(log.database().writer())) {
            PostgresAuditLog distant = log.open("distant", proxy.url());
            appendUntilAlone(distant);
            proxy.lose("COMMIT");

            assertThat(index(start(distant, draft("decided")))).isEqualTo(LONG_ENOUGH);

            assertThat(proxy.losses()).isEqualTo(1);
        }
    }

    private record Overtaken(CompletableFuture<Receipt<String>> first, CompletableFuture<Receipt<String>> second) {}

    /** Has another replica append while a batch of the lone one is on its way, made without it. */
    private Overtaken overtake(Draft<String> others, Draft<String> own) throws IOException {
        try (LossyProxy proxy = LossyProxy.to(log.database().writer())) {
            PostgresAuditLog lone = log.open("lone", proxy.url(), metrics);
            appendUntilAlone(lone);
            CompletableFuture<Receipt<String>> first = new CompletableFuture<>();
            proxy.before("BEGIN", () -> first.complete(log.append(others)));
            CompletableFuture<Receipt<String>> second = start(lone, own);
            index(first);
            second.orTimeout(TestLog.SOON.toSeconds(), TimeUnit.SECONDS).join();
            return new Overtaken(first, second);
        }
    }

    @Test
    void flushThatArrivesAfterAllIsNotWrittenASecondTime() throws Exception {
        try (LossyProxy proxy = LossyProxy.to(log.database().writer())) {
            PostgresAuditLog distant = log.open("distant", proxy.url());
            appendUntilAlone(distant);
            // First it is looked for, and then it is tried again.
            proxy.before("BEGIN", () -> proxy.before("BEGIN", () -> proxy.before("BEGIN", proxy::deliver)));
            proxy.withhold("BEGIN");

            assertThat(index(start(distant, Draft.independent(new Settled<>(Entries.touching("A", Set.of()), "")))))
                    .isEqualTo(LONG_ENOUGH);

            assertThat(proxy.losses()).isEqualTo(1);
            assertThat(log.reader().checkpoint().await().atMost(TestLog.SOON).size())
                    .isEqualTo(LONG_ENOUGH + 1);
        }
    }

    private PostgresAuditLog alone() {
        PostgresAuditLog lone = log.open("lone");
        appendUntilAlone(lone);
        await().atMost(TestLog.SOON).until(() -> log.log().tail().size() == LONG_ENOUGH);
        return lone;
    }

    private static void appendUntilAlone(PostgresAuditLog lone) {
        for (int i = 0; i < LONG_ENOUGH; i++) {
            index(start(lone, draft("before/" + i)));
        }
    }

    private static Draft<String> draft(String key, RowChange... rows) {
        return Draft.independent(new Settled<>(Entries.keyed("DECIDED", key), List.of(rows), key));
    }

    private static CompletableFuture<Receipt<String>> start(PostgresAuditLog into, Draft<String> draft) {
        return into.append(draft).subscribeAsCompletionStage();
    }

    private static long index(CompletableFuture<Receipt<String>> started) {
        return started.orTimeout(TestLog.SOON.toSeconds(), TimeUnit.SECONDS)
                .join()
                .fold(created -> created.recorded().index(), existing -> {
                    throw new AssertionError("not created: " + existing);
                });
    }

    private static void assertClosed(CompletableFuture<Receipt<String>> started) {
        assertThatThrownBy(() -> started.orTimeout(TestLog.SOON.toSeconds(), TimeUnit.SECONDS)
                        .join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        AuditUnavailableException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.FAIL_CLOSED));
    }
}
