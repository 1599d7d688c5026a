package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.AuditUnavailableException.Reason;
import dev.writ.audit.Draft;
import dev.writ.audit.Entries;
import dev.writ.audit.Receipt;
import dev.writ.audit.RowChange;
import dev.writ.audit.Settled;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Gateways and their connections come to harm while others append. */
class GatewayFaultsTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final PostgresAuditLog.Limits PATIENT = TestLog.limits(8192, SOON);
    // Of a turn that writes rows, and a few to spare.
    private static final int MOST_MESSAGES = 30;
    private static final int MESSAGES_UNDER_THE_LOCK = 24;

    private final FaultLog log = FaultLog.shared(FaultLog.folder());

    @AfterEach
    void nothingIsLost() {
        log.close();
        log.assertNothingLost();
    }

    @Test
    void gatewayAloneThatIsKilledAtAnyMessageOfATurnLosesNothing() throws Exception {
        int killed = 0;
        while (killed < MOST_MESSAGES && killAt(killed)) {
            killed++;
        }

        assertThat(killed).as("messages of a turn").isBetween(8, MOST_MESSAGES - 1);
        System.out.println("Gateways killed, one before each message of a turn of one flush: " + killed);
    }

    @Test
    void gatewayAmongOthersThatIsKilledAtAnyMessageOfATurnLosesNothing() throws Exception {
        log.load(log.open(), 16);
        int killed = 0;
        for (int message = 0; message < MESSAGES_UNDER_THE_LOCK; message += 2) {
            killed += killAt(message) ? 1 : 0;
        }

        assertThat(killed).as("messages of a turn").isGreaterThan(4);
        System.out.println("Gateways killed, one before every other message of a turn under the lock: " + killed);
    }

    /** Kills a gateway before the message of that number in its next turn, to or from the database; false if there is none. */
    private boolean killAt(int boundary) throws Exception {
        try (FaultProxy proxy = FaultProxy.to(log.writer())) {
            Gateway gateway = log.gateway(proxy.url(), 1);
            await().atMost(SOON).until(() -> gateway.acknowledged() > 8);
            AtomicInteger seen = new AtomicInteger(-1);
            AtomicBoolean isOver = new AtomicBoolean();
            proxy.judge((fromClient, type, body) -> {
                synchronized (seen) {
                    if (fromClient && body.startsWith("BEGIN") && !isOver.get()) {
                        if (seen.get() >= 0) {
                            isOver.set(true); // a whole turn without a message of that number
                        } else {
                            seen.set(0);
                        }
                    }
                    // Of the answers only the one that ends each: nothing is done upon those before it.
                    boolean isBoundary = fromClient || type == 'Z';
                    if (!isBoundary || seen.get() < 0 || isOver.get() || seen.getAndIncrement() != boundary) {
                        return FaultProxy.Fate.PASS;
                    }
                    gateway.killAtOnce();
                    return FaultProxy.Fate.CUT;
                }
            });
            await().atMost(SOON).until(() -> isOver.get() || seen.get() > boundary);
            gateway.kill();
            return !isOver.get();
        }
    }

    @Test
    void replicaOpensTheLogWhileAnotherAppends() {
        log.load(log.open(), 64);
        await().atMost(SOON).until(() -> log.acknowledged() > 100);

        for (int i = 0; i < 20; i++) {
            assertThat(log.open().isWritable()).isTrue();
        }
    }

    @Test
    void terminatedLockHoldersLoseNothingOfTwoGateways() throws Exception {
        Gateway one = log.gateway(log.writer(), 32);
        Gateway two = log.gateway(log.writer(), 32);
        for (int i = 0; i < 20; i++) {
            long before = one.acknowledged() + two.acknowledged();
            TestDatabase.execute(
                    log.admin(),
                    "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                            + " WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()");
            await().atMost(SOON).until(() -> one.acknowledged() + two.acknowledged() > before + 20);
        }
    }

    @Test
    void twoGatewaysAtFullLoadAgreeOnOneLog() throws Exception {
        Gateway one = log.gateway(log.writer(), 1024);
        Gateway two = log.gateway(log.writer(), 1024);

        await().atMost(SOON).until(() -> one.acknowledged() > 2000 && two.acknowledged() > 2000);
    }

    @Test
    void connectionThatHoldsTheLockAndFallsSilentHoldsNobodyUpForLong() throws Exception {
        try (FaultProxy proxy = FaultProxy.to(log.writer())) {
            PostgresAuditLog distant = log.open(proxy.url(), PATIENT, InstantSource.system());
            PostgresAuditLog near = log.open();
            append(distant, "decided/warm");
            AtomicBoolean isSilent = new AtomicBoolean();
            proxy.judge((fromClient, type, body) ->
                    fromClient && body.startsWith("COMMIT") && isSilent.compareAndSet(false, true)
                            ? FaultProxy.Fate.SILENCE
                            : FaultProxy.Fate.PASS);
            CompletableFuture<Receipt<String>> silenced =
                    distant.append(Load.draft("decided/silenced")).subscribeAsCompletionStage();
            await().atMost(SOON).untilTrue(isSilent);

            long began = System.nanoTime();
            append(near, "decided/near");

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(40));
            acknowledge(silenced);
        }
    }

    @Test
    void parameterThatCannotBeEncodedFailsItsCallerOnlyAndLeavesNoEntry() {
        PostgresAuditLog only = log.open();
        CompletableFuture<Receipt<String>> before =
                only.append(Load.draft("decided/before")).subscribeAsCompletionStage();
        CompletableFuture<Receipt<String>> refused = only.append(Draft.independent(new Settled<>(
                        Entries.keyed("DECIDED", "decided/refused"),
                        List.of(new RowChange(
                                "INSERT INTO label (idx, leaf_hash, label) VALUES ($1, $2, $3)", List.of(12L))),
                        "")))
                .subscribeAsCompletionStage();
        CompletableFuture<Receipt<String>> after =
                only.append(Load.draft("decided/after")).subscribeAsCompletionStage();

        assertThatThrownBy(refused::join).hasMessageContaining("can not be coerced");
        acknowledge(before);
        acknowledge(after);
        assertThat(log.acknowledged()).isEqualTo(2);
    }

    @Test
    void clockThatJumpsBackAndForwardChangesNoOrder() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-06-01T00:00:00Z"));
        PostgresAuditLog jumping = log.open(log.writer(), PATIENT, now::get);
        PostgresAuditLog steady = log.open();
        for (String jump : List.of("P0D", "-P400D", "P900D", "-PT1H", "-P8000D", "P8001D")) {
            now.updateAndGet(instant -> instant.plus(Duration.parse(jump)));
            append(jumping, "decided/jumping/" + jump);
            append(steady, "decided/steady/" + jump);
        }

        assertThat(jumping.tail().size()).isGreaterThanOrEqualTo(11);
    }

    @Test
    void missingPartitionRefusesAppendsUntilItIsThere() {
        PostgresAuditLog hasty =
                log.open(log.writer(), TestLog.limits(100, Duration.ofSeconds(1)), InstantSource.system());
        PostgresAuditLog patient = log.open();
        append(patient, "decided/before");
        // One transaction, so that nobody sees a log without its first entry.
        TestDatabase.execute(
                log.admin(),
                "SET session_replication_role = replica; ALTER TABLE audit.entry DETACH PARTITION audit.entry_0;"
                        + " ALTER TABLE audit.entry ATTACH PARTITION audit.entry_0 FOR VALUES FROM (0) TO (1)");

        assertThatThrownBy(() ->
                        hasty.append(Load.draft("decided/refused")).await().atMost(SOON))
                .isInstanceOfSatisfying(
                        AuditUnavailableException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.UNAVAILABLE));

        TestDatabase.execute(
                log.admin(),
                "SET session_replication_role = replica; CREATE TABLE audit.entry_1 (LIKE audit.entry INCLUDING ALL);"
                        + " ALTER TABLE audit.entry ATTACH PARTITION audit.entry_1 FOR VALUES FROM (1) TO (65536)");
        append(patient, "decided/after");
    }

    private void append(PostgresAuditLog into, String key) {
        acknowledge(into.append(Load.draft(key)).subscribeAsCompletionStage());
    }

    private void acknowledge(CompletableFuture<Receipt<String>> started) {
        Receipt<String> receipt = started.orTimeout(60, TimeUnit.SECONDS).join();
        receipt.fold(
                created -> {
                    log.acknowledge(created.outcome(), created.recorded().index());
                    return created;
                },
                existing -> {
                    throw new AssertionError("not created: " + existing);
                });
    }
}
