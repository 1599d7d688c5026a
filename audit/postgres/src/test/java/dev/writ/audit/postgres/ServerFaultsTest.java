package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.AuditUnavailableException.Reason;
import dev.writ.audit.Receipt;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database server of its own comes to harm under two gateways. */
class ServerFaultsTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final Path folder = FaultLog.folder();

    @AfterEach
    void tidyUp() {
        Tool.run(Path.of("."), SOON, List.of("rm", "-rf", folder.toString()));
    }

    @Test
    void killedBackendsAndPostmastersAndRestartsLoseNothing() throws Exception {
        try (PrivateServer server = server(Map.of()).start();
                FaultLog log = FaultLog.on(server, folder)) {
            Gateway one = log.gateway(log.writer(), 16);
            Load two = log.load(log.open(), 16);
            for (int round = 0; round < 2; round++) {
                awaitMore(log);
                PrivateServer.signal("KILL", lockHolderOrAnyWriter(log));
                server.awaitRecovered();
                awaitMore(log);
                server.killPostmaster();
                server.start();
                awaitMore(log);
                server.stop("INT");
                server.start();
                awaitMore(log);
                server.stop("QUIT");
                server.start();
                awaitMore(log);
            }
            one.kill();
            two.close();

            log.assertNothingLost();
        }
    }

    @Test
    void fullDiskRefusesAppendsAndLosesNothing() throws Exception {
        requireFaultyDisk();
        FaultyDisk disk = FaultyDisk.in(folder.resolve("notes"));
        try (PrivateServer server =
                        server(disk.environment()).with("max_wal_size", "32MB").start();
                FaultLog log = FaultLog.on(server, folder)) {
            Gateway one = log.gateway(log.writer(), 16);
            Load two = log.load(
                    log.open(log.writer(), TestLog.limits(8192, Duration.ofSeconds(1)), InstantSource.system()), 16);
            awaitMore(log);

            disk.fill();
            await().atMost(SOON).until(() -> two.refused() > 0);
            disk.repair();
            if (!server.isRunning()) {
                server.start(); // what cannot write its log stops
            }
            server.awaitRecovered();
            awaitMore(log);
            one.kill();
            two.close();

            log.assertNothingLost();
        }
    }

    @Test
    void queueThatOverflowsWhileTheDiskIsSlowRefusesTheRest() throws Exception {
        requireFaultyDisk();
        FaultyDisk disk = FaultyDisk.in(folder.resolve("notes"));
        try (PrivateServer server = server(disk.environment()).start();
                FaultLog log = FaultLog.on(server, folder)) {
            PostgresAuditLog small = log.open(log.writer(), TestLog.limits(50, SOON), InstantSource.system());
            disk.slowDown();

            List<CompletableFuture<Receipt<String>>> started = IntStream.range(0, 400)
                    .mapToObj(i -> small.append(Load.draft("decided/" + i)).subscribeAsCompletionStage())
                    .toList();
            long refused =
                    started.stream().filter(each -> !isCreated(log, each)).count();

            assertThat(refused).isBetween(1L, 350L);
            disk.repair();
            log.assertNothingLost();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fsync", "full_page_writes"})
    void serverThatMayLoseWhatItAcknowledgedIsNotUsed(String setting) throws Exception {
        try (PrivateServer server = server(Map.of()).with(setting, "off").start();
                FaultLog log = FaultLog.on(server, folder)) {
            assertThatThrownBy(log::open)
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining(setting + " is off");
        }
    }

    private PrivateServer server(Map<String, String> environment) {
        return PrivateServer.in(folder.resolve("server"), environment);
    }

    private static void requireFaultyDisk() {
        assumeThat(FaultyDisk.absence()).as("why no disk can be made to fail").isEmpty();
    }

    private static boolean isCreated(FaultLog log, CompletableFuture<Receipt<String>> started) {
        try {
            return started.join()
                    .fold(
                            created -> {
                                log.acknowledge(
                                        created.outcome(), created.recorded().index());
                                return true;
                            },
                            existing -> {
                                throw new AssertionError("not created: " + existing);
                            });
        } catch (CompletionException failed) {
            assertThat(failed.getCause())
                    .isInstanceOfSatisfying(
                            AuditUnavailableException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.BACKPRESSURE));
            return false;
        }
    }

    private static void awaitMore(FaultLog log) {
        int before = log.acknowledged();
        await().atMost(SOON).until(() -> log.acknowledged() > before + 100);
    }

    static long lockHolderOrAnyWriter(FaultLog log) throws SQLException {
        try (Connection connection = Databases.connect(log.admin());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT a.pid FROM pg_stat_activity a"
                        + " LEFT JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'advisory' AND l.granted"
                        + " WHERE a.usename = 'writ_writer' ORDER BY l.pid LIMIT 1")) {
            row.next();
            return row.getLong(1);
        }
    }
}
