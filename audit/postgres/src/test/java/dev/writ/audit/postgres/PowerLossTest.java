package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The database's machine loses power, and with it what was not synced. */
class PowerLossTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final Path folder = FaultLog.folder();
    private final Random random = new Random(4);

    @BeforeEach
    void requireFaultyDisk() {
        assumeThat(FaultyDisk.absence()).as("why no power can be lost").isEmpty();
    }

    @AfterEach
    void tidyUp() {
        Tool.run(Path.of("."), SOON, List.of("rm", "-rf", folder.toString()));
    }

    @Test
    void losesWhatAServerThatDoesNotSyncAcknowledged() throws Exception {
        FaultyDisk disk = FaultyDisk.in(folder.resolve("notes"));
        try (PrivateServer server =
                PrivateServer.in(folder.resolve("server"), disk.environment()).with("fsync", "off")) {
            server.start();
            TestDatabase.execute(server.url(), "CREATE TABLE acknowledged ()");
            server.kill();
            disk.losePower(server.data(), FaultyDisk.Loss.ALL, random);
            server.start();

            try (Connection connection = Databases.connect(server.url())) {
                assertThat(Databases.ask(connection, "SELECT to_regclass('acknowledged') IS NULL"))
                        .isTrue();
            }
        }
    }

    @Test
    void losesNothingThatWasAcknowledged() throws Exception {
        FaultyDisk disk = FaultyDisk.in(folder.resolve("notes"));
        try (PrivateServer server = PrivateServer.in(folder.resolve("server"), disk.environment())
                        .start();
                FaultLog log = FaultLog.on(server, folder)) {
            Gateway one = log.gateway(log.writer(), 16);
            Load two = log.load(log.open(), 16);
            long lost = 0;
            for (int i = 0; i < 6; i++) {
                int before = log.acknowledged();
                await().atMost(SOON).until(() -> log.acknowledged() > before + 100);
                server.kill();
                lost += disk.losePower(server.data(), i % 2 == 0 ? FaultyDisk.Loss.ALL : FaultyDisk.Loss.SOME, random);
                server.start();
            }
            one.kill();
            two.close();

            assertThat(lost).as("files that were set back").isPositive();
            log.assertNothingLost();
        }
    }
}
