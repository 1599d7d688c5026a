package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.Entry;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogPath;
import dev.writ.audit.PrunedException;
import dev.writ.audit.VerifyResult;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nothing is deleted but by the functions that read the entry which says so. */
@SuppressWarnings("NullAway.Init") // JUnit calls open first
class DeletionTest {

    private static final Vertx VERTX = Vertx.vertx();

    @RegisterExtension
    private final TestLog log = new TestLog();

    private Eraser eraser;
    private Pruner pruner;

    @BeforeEach
    void open() {
        eraser = Eraser.open(VERTX, log.database().access().eraser());
        pruner = Pruner.open(VERTX, log.database().access().pruner());
    }

    @AfterEach
    void close() {
        eraser.close();
        pruner.close();
    }

    @Test
    void anErasureDestroysTheKeyAndTheInputsOfOneSubjectAndTheLogStaysIntact() {
        append(Orders.call("person/a"));
        append(Orders.call("person/b"));
        long erasure = append(Orders.erasure("person/a"));

        assertThat(done(eraser.erase(erasure))).isEqualTo(3);

        assertThat(count("SELECT count(*) FROM audit.input WHERE idx = 0")).isZero();
        assertThat(count("SELECT count(*) FROM audit.input WHERE idx = 1")).isEqualTo(2);
        assertThat(count("SELECT count(*) FROM audit.subject_key WHERE id = 'person/a' AND wrapped_key IS NULL"
                        + " AND destroyed_at = '2026-01-02T12:00:00Z'"))
                .isEqualTo(1);
        assertThat(log.verify()).isInstanceOf(VerifyResult.Intact.class);
        assertThat(done(eraser.erase(erasure))).as("the second time").isZero();
    }

    @Test
    void onlyADurableEntryOfTheRightKindErases() {
        long call = append(Orders.call("person/a"));
        long writ = append(Orders.erasure("writ"));

        assertRefused(eraser.erase(call), "is not a durable ERASURE entry");
        assertRefused(eraser.erase(1000), "is not a durable ERASURE entry");
        assertRefused(eraser.expire(call), "is not a durable RESULTS_EXPIRED entry");
        assertRefused(pruner.prune(call), "is not a durable PRUNE entry");
        assertRefused(eraser.erase(writ), "names no subject that can be erased");
    }

    @Test
    void nothingIsRecordedUnderADestroyedKeyFromTheErasureOn() {
        append(Orders.call("person/a"));
        long erasure = append(Orders.erasure("person/a"));
        append(Orders.erasure("person/never seen"));

        // Before the key's row is destroyed.
        assertThatThrownBy(() -> append(Orders.call("person/a"))).isInstanceOf(AuditUnavailableException.class);
        assertThatThrownBy(() -> append(Orders.call("person/never seen")))
                .isInstanceOf(AuditUnavailableException.class);

        done(eraser.erase(erasure));
        done(eraser.erase(erasure + 1));
        PostgresAuditLog other = log.open("two");
        assertThatThrownBy(() -> done(other.append(Orders.draft(Orders.call("person/a")))))
                .isInstanceOf(AuditUnavailableException.class);
        assertThatThrownBy(() -> done(other.append(Orders.draft(Orders.call("person/never seen")))))
                .isInstanceOf(AuditUnavailableException.class);
    }

    @Test
    void anotherReplicaForgetsTheKeyToo() {
        PostgresAuditLog other = log.open("two");
        done(other.append(Orders.draft(Orders.call("person/a"))));
        long erasure = append(Orders.erasure("person/a"));

        await().atMost(Duration.ofSeconds(60)).until(() -> other.tail().size() > erasure);
        assertThatThrownBy(() -> done(other.append(Orders.draft(Orders.call("person/a")))))
                .isInstanceOf(AuditUnavailableException.class);
    }

    @Test
    void aHoldKeepsASubjectUntilItIsReleased() {
        append(Orders.call("person/a"));
        append(Orders.hold("h1", "person/a"));
        long erasure = append(Orders.erasure("person/a"));
        long other = append(Orders.erasure("person/b"));

        assertThatThrownBy(() -> done(eraser.erase(erasure))).isInstanceOf(HeldException.class);
        assertThat(done(eraser.erase(other))).isEqualTo(1);
        assertThat(count("SELECT count(*) FROM audit.input WHERE idx = 0")).isEqualTo(2);

        append(Orders.release("h1"));
        assertThat(done(eraser.erase(erasure))).isEqualTo(3);
    }

    @Test
    void aHoldOnEverythingKeepsEverything() {
        append(Orders.call("person/a"));
        append(Orders.holdOnEverything("h1"));
        long erasure = append(Orders.erasure("person/a"));
        long expired = append(Orders.resultsExpired(2));
        long prune = append(Orders.prune(log, 2, "DECIDED"));

        assertThatThrownBy(() -> done(eraser.erase(erasure))).isInstanceOf(HeldException.class);
        assertThatThrownBy(() -> done(pruner.prune(prune))).isInstanceOf(HeldException.class);
        assertThat(done(eraser.expire(expired))).isZero();
    }

    @Test
    void expiredResultsGoButThoseUnderAHold() {
        append(Orders.call("person/a"));
        append(Orders.call("person/b"));
        append(Orders.hold("h1", "person/b"));
        append(Orders.call("person/a"));
        long expired = append(Orders.resultsExpired(3));

        assertThat(done(eraser.expire(expired))).isEqualTo(1);

        assertThat(count("SELECT count(*) FROM audit.input WHERE idx = 0 AND name = 'facts'"))
                .isEqualTo(1);
        assertThat(count("SELECT count(*) FROM audit.input")).isEqualTo(5);
        assertThat(log.verify()).isInstanceOf(VerifyResult.Intact.class);
        assertThat(done(eraser.expire(expired))).isZero();
    }

    @Test
    void whatAHoldKeptFromAnExpiryGoesWithTheNextOneAfterItsRelease() {
        append(Orders.call("person/a"));
        append(Orders.call("person/b"));
        append(Orders.hold("h1", "person/a"));
        long first = append(Orders.resultsExpired(2));
        assertThat(done(eraser.expire(first))).isEqualTo(1);
        append(Orders.done(first));
        append(Orders.release("h1"));

        assertThat(done(eraser.expire(first))).as("the expiry that was held").isZero();
        long second = append(Orders.resultsExpired(3));
        assertThat(done(eraser.expire(second))).isEqualTo(1);
        assertThat(log.verify()).isInstanceOf(VerifyResult.Intact.class);
    }

    @Test
    void anExpiryBeginsWhereTheOneBeforeItEnded() throws Exception {
        append(Orders.call("person/a"));
        Orders.fill(log, "STARTED", 70_000);
        append(Orders.call("person/a"));
        long first = append(Orders.resultsExpired(10));
        assertThat(done(eraser.expire(first))).isEqualTo(1);
        append(Orders.done(first));
        long second = append(Orders.resultsExpired(70_002));
        assertThat(count("SELECT audit.expired_below(" + second + ", '[\"result\"]')"))
                .isEqualTo(10);

        assertThat(done(eraser.expire(second))).as("in the second step").isEqualTo(1);
        assertThat(log.verify()).isInstanceOf(VerifyResult.Intact.class);
    }

    @Test
    void anExpiryExplainsNothingOfSomebodyUnderAHold() {
        append(Orders.call("person/a"));
        append(Orders.hold("h1", "person/a"));
        append(Orders.resultsExpired(2));
        append(Orders.release("h1"));

        log.edit("DELETE FROM audit.input WHERE name = 'result'");

        assertThat(log.verify())
                .isInstanceOfSatisfying(
                        VerifyResult.Broken.class,
                        broken -> assertThat(broken.index()).isZero());
    }

    /** An entry of the holder of the log's lock is durable before the lock is free; so is a hold that was acknowledged. */
    @Test
    void aHoldThatComesWhileAnErasureIsUnderWayStopsIt() throws Exception {
        append(Orders.call("person/a"));
        long erasure = append(Orders.erasure("person/a"));

        assertStoppedByHold(eraser.erase(erasure), Orders.hold("h1", "person/a"));
    }

    @Test
    void aHoldThatComesWhileAnExpiryIsUnderWayStopsIt() throws Exception {
        append(Orders.call("person/a"));
        long expired = append(Orders.resultsExpired(1));

        assertStoppedByHold(eraser.expire(expired), Orders.hold("h1", "person/a"));
    }

    @Test
    void aHoldThatComesWhileAPruneIsUnderWayStopsIt() throws Exception {
        append(Orders.call("person/a"));
        Orders.fill(log, "REJECTED_INPUT", 65_536);
        long prune = append(Orders.prune(log, 65_536, "DECIDED", "REJECTED_INPUT"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> count("SELECT count(*) FROM audit.tile WHERE level = 1") == 1);
        // Else it would not wait for long, and ask for holds from the beginning.
        log.edit("ALTER FUNCTION audit.prune SET lock_timeout = '30s'");

        assertStoppedByHold(pruner.prune(prune), Orders.hold("h1", "person/a"));
    }

    /** Somebody keeps the deletion waiting at the first row it deletes, until the hold is durable. */
    private void assertStoppedByHold(Uni<Long> deletion, Entry hold) throws Exception {
        try (Connection blocker = Databases.connect(log.database().admin())) {
            blocker.setAutoCommit(false);
            Databases.execute(blocker, "SELECT FROM audit.input FOR UPDATE");
            CompletableFuture<Long> underWay = deletion.subscribeAsCompletionStage();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> count("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
                            > 0);
            append(hold);
            blocker.rollback();

            assertThatThrownBy(underWay::get).hasCauseInstanceOf(HeldException.class);
        }
        assertThat(count("SELECT count(*) FROM audit.input WHERE idx = 0")).isEqualTo(2);
        assertThat(count("SELECT count(*) FROM audit.entry WHERE idx = 0")).isEqualTo(1);
        assertThat(log.verify()).isInstanceOf(VerifyResult.Intact.class);
    }

    @Test
    void pruningReplacesWholePartitionsAndEveryHashStays() throws Exception {
        append(Orders.call("person/a"));
        Orders.fill(log, "REJECTED_INPUT", 100);
        long kept = append(Orders.erasure("person/b"));
        Orders.fill(log, "REJECTED_INPUT", 65_536);
        long prune = append(Orders.prune(log, 65_600, "DECIDED", "REJECTED_INPUT"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> count("SELECT count(*) FROM audit.tile WHERE level = 1") == 1);
        PostgresTiledLog tiles = PostgresTiledLog.open(VERTX, log.database().reader(), LogKeys.of(log.verifierKey()));
        byte[] before = done(tiles.read(LogPath.parse("tile/0/000.p/7")));

        assertThat(done(pruner.prune(prune))).isEqualTo(65_535 + 2);

        assertThat(count("SELECT count(*) FROM audit.entry WHERE idx < 65536")).isEqualTo(1);
        assertThat(count("SELECT count(*) FROM audit.entry WHERE idx >= 65536")).isEqualTo(prune - 65_536 + 1);
        assertThat(count("SELECT count(*) FROM audit.input")).isZero();
        assertThat(done(tiles.read(LogPath.parse("tile/0/000.p/7")))).isEqualTo(before);
        assertThatThrownBy(() -> done(tiles.read(LogPath.parse("tile/entries/000"))))
                .isInstanceOf(PrunedException.class);
        assertThat(done(log.reader().proof(kept, prune))).startsWith("c2sp.org/tlog-proof@v1");
        assertThat(done(tiles.consistency(70, prune)).path()).isNotEmpty();
        assertThat(done(pruner.prune(prune))).isZero();
        // It goes on growing, and opens again.
        append(Orders.call("person/a"));
        log.open("two");
        assertThat(log.verify()).isInstanceOf(VerifyResult.Intact.class);
        tiles.close();
    }

    @Test
    void aPruneExplainsNoOtherEntryThanThoseItDeletes() throws Exception {
        append(Orders.call("person/a"));
        long revoked = append(Orders.entry("KEY_REVOKED", "writ", JsonObject.empty()));
        Orders.fill(log, "REJECTED_INPUT", 65_536);
        long prune = append(Orders.prune(log, 65_536, "DECIDED", "REJECTED_INPUT"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> count("SELECT count(*) FROM audit.tile WHERE level = 1") == 1);
        assertThat(done(pruner.prune(prune))).isPositive();
        assertThat(log.verify()).isInstanceOf(VerifyResult.Intact.class);

        log.edit("DELETE FROM audit.entry WHERE idx = " + revoked);

        assertThat(log.verify())
                .isInstanceOfSatisfying(
                        VerifyResult.Broken.class,
                        broken -> assertThat(broken.what()).contains("says that 1 entries below index 65536 stay"));
    }

    @Test
    void nothingIsPrunedBeforeItsTilesAreThere() throws Exception {
        Orders.fill(log, "REJECTED_INPUT", 65_536);
        long prune = append(Orders.prune(log, 65_536, "REJECTED_INPUT"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> count("SELECT count(*) FROM audit.tile WHERE level = 1") == 1);
        log.edit("DELETE FROM audit.tile WHERE level = 0 AND n = 3");

        assertRefused(pruner.prune(prune), "are not all written yet");

        log.edit("UPDATE audit.tile SET n = 3 WHERE level = 0 AND n = 255;"
                + " INSERT INTO audit.tile SELECT log_id, 0, 255, hashes FROM audit.tile WHERE level = 0 AND n = 254");
        assertRefused(pruner.prune(prune), "is not of these entries");
        assertThat(count("SELECT count(*) FROM audit.entry")).isEqualTo(65_537);
    }

    private long append(Entry entry) {
        return Orders.append(log, entry);
    }

    private static <T> T done(Uni<T> uni) {
        return uni.await().atMost(TestLog.SOON);
    }

    private static void assertRefused(Uni<Long> refused, String why) {
        assertThatThrownBy(() -> done(refused)).isInstanceOf(PgException.class).hasMessageContaining(why);
    }

    private long count(String question) {
        return log.count(question);
    }
}
