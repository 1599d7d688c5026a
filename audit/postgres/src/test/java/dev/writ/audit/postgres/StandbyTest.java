package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The database's machine is lost for good, and its synchronous standby takes over. */
class StandbyTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final Path folder = FaultLog.folder();

    @AfterEach
    void tidyUp() {
        Tool.run(Path.of("."), SOON, List.of("rm", "-rf", folder.toString()));
    }

    @Test
    void standbyHasEverythingThatWasAcknowledged() throws Exception {
        try (PrivateServer primary = PrivateServer.in(folder.resolve("primary"), Map.of())
                        .with("wal_keep_size", "512MB")
                        .start();
                FaultLog log = FaultLog.on(primary, folder);
                PrivateServer standby = standbyOf(primary).start();
                FaultProxy address = FaultProxy.to(log.writer())) {
            TestDatabase.execute(
                    primary.url(), "ALTER SYSTEM SET synchronous_standby_names = 'standby'", "SELECT pg_reload_conf()");
            await().atMost(SOON).until(() -> is(primary, "SELECT sync_state = 'sync' FROM pg_stat_replication"));
            Gateway one = log.gateway(address.url(), 16);
            Load two = log.load(
                    log.open(address.url(), TestLog.limits(8192, Duration.ofSeconds(20)), InstantSource.system()), 16);
            awaitMore(log);

            primary.kill();
            int acknowledged = log.acknowledged();
            assertThat(is(standby, "SELECT pg_promote()")).isTrue();
            address.switchTo(standby.url().port());

            await().atMost(SOON).until(() -> log.acknowledged() > acknowledged + 100);
            one.kill();
            two.close();
            log.assertNothingLost(FaultLog.at(log.reader(), standby.url().port()));
        }
    }

    /** By the low-level backup interface, which needs no program beside the server. */
    private PrivateServer standbyOf(PrivateServer primary) throws SQLException, IOException {
        try (Connection connection = Databases.connect(primary.url());
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_backup_start('standby', true)");
            PrivateServer standby = primary.copyTo(folder.resolve("standby"));
            try (ResultSet stopped = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
                stopped.next();
                Files.writeString(standby.data().resolve("backup_label"), stopped.getString(1));
            }
            Files.createFile(standby.data().resolve("standby.signal"));
            DatabaseUrl url = primary.url();
            return standby.with(
                    "primary_conninfo",
                    "host=%s port=%d user=%s password='%s' application_name=standby"
                            .formatted(url.host(), url.port(), url.user(), url.password()));
        }
    }

    private static boolean is(PrivateServer server, String question) throws SQLException {
        try (Connection connection = Databases.connect(server.url())) {
            return Databases.ask(connection, question);
        }
    }

    private static void awaitMore(FaultLog log) {
        int before = log.acknowledged();
        await().atMost(SOON).until(() -> log.acknowledged() > before + 100);
    }
}
