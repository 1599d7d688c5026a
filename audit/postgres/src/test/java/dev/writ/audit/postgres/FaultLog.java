package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.LogSigner;
import dev.writ.audit.MasterKey;
import dev.writ.audit.VerifyResult;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A log whose writers and whose server come to harm, and the account of what was acknowledged. */
final class FaultLog implements AutoCloseable {

    private static final Vertx VERTX = Vertx.vertx();
    private static final String LABELS =
            "CREATE TABLE label (idx bigint, leaf_hash bytea, label text);" + " GRANT INSERT ON label TO writ_writer";

    private final DatabaseUrl admin;
    private final DatabaseUrl writer;
    private final DatabaseUrl reader;
    private final Path folder;
    private final LogSigner signer = LogSigner.generate("example.com/writ", new SecureRandom());
    private final MasterKey master = MasterKey.generate(new SecureRandom());
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final List<Runnable> opened = new ArrayList<>();
    private final AtomicInteger count = new AtomicInteger();

    private FaultLog(DatabaseUrl admin, DatabaseUrl writer, DatabaseUrl reader, Path folder) {
        this.admin = admin;
        this.writer = writer;
        this.reader = reader;
        this.folder = folder;
        TestDatabase.execute(admin, LABELS);
    }

    /** In a database of the server that all tests share. */
    static FaultLog shared(Path folder) {
        TestDatabase database = TestDatabase.create();
        return new FaultLog(database.admin(), database.writer(), database.reader(), folder);
    }

    /** In a server of its own. */
    static FaultLog on(PrivateServer server, Path folder) {
        AuditSchema.Access access = AuditSchema.prepare(server.url(), TestDatabase.ROLE_SECRET);
        return new FaultLog(server.url(), access.writer(), access.reader(), folder);
    }

    DatabaseUrl admin() {
        return admin;
    }

    DatabaseUrl writer() {
        return writer;
    }

    PostgresAuditLog open() {
        return open(writer, TestLog.limits(8192, Duration.ofSeconds(20)), InstantSource.system());
    }

    PostgresAuditLog open(DatabaseUrl asWriter, PostgresAuditLog.Limits limits, InstantSource clock) {
        String replica = "replica-" + count.incrementAndGet();
        PostgresAuditLog log = PostgresAuditLog.open(
                        VERTX,
                        new PostgresAuditLog.Settings(
                                asWriter,
                                replica,
                                signer,
                                master,
                                folder.resolve(replica + "-high-water-mark"),
                                limits,
                                clock,
                                AuditMetrics.NONE))
                .await()
                .atMost(TestLog.SOON);
        opened.add(log::close);
        return log;
    }

    /** Appends to an opened log until it is closed. */
    Load load(PostgresAuditLog log, int inFlight) {
        Load load = Load.on(log, "load-" + count.incrementAndGet(), inFlight, acknowledged::put);
        opened.add(load::close);
        return load;
    }

    /** A process that appends; ready when it returns. */
    Gateway gateway(DatabaseUrl asWriter, int inFlight) {
        String replica = "gateway-" + count.incrementAndGet();
        Gateway gateway = Gateway.start(
                asWriter,
                signer,
                master,
                replica,
                folder.resolve(replica + "-high-water-mark"),
                inFlight,
                acknowledged::put);
        opened.add(gateway::close);
        return gateway.awaitReady();
    }

    void acknowledge(String key, long index) {
        acknowledged.put(key, index);
    }

    int acknowledged() {
        return acknowledged.size();
    }

    /**
     * No acknowledged entry is lost or elsewhere, none is there twice, entries and the rows they imply are the same set, and the
     * log is intact: to our verifier and to those of others.
     */
    void assertNothingLost() {
        assertNothingLost(reader);
    }

    void assertNothingLost(DatabaseUrl asReader) {
        VerifyResult result = PostgresVerifier.verify(asReader, signer.keys(), Optional.of(master));
        assertThat(result).isInstanceOf(VerifyResult.Intact.class);
        DatabaseUrl asAdmin = admin.port() == asReader.port() ? admin : at(asReader.port());
        Map<String, Long> durable = durable(asAdmin);
        assertThat(lost(durable)).as("lost entries").isEmpty();
        assertThat(indices(asAdmin, "SELECT label, idx FROM label")).as("rows").isEqualTo(durable);
        assertThat(ThirdParty.complaints(TileFolder.write(asReader, signer.verifierKey(), folder)))
                .isEmpty();
    }

    /** How many acknowledged entries are not there, or elsewhere. */
    int lost() {
        return lost(durable(admin)).size();
    }

    private static Map<String, Long> durable(DatabaseUrl asAdmin) {
        return indices(asAdmin, "SELECT key, idx FROM audit.entry_key");
    }

    private Map<String, Long> lost(Map<String, Long> durable) {
        Map<String, Long> lost = new HashMap<>(acknowledged);
        lost.entrySet().removeAll(durable.entrySet());
        return lost;
    }

    /** The same database on the server at another port, as its administrator. */
    private DatabaseUrl at(int port) {
        return at(admin, port);
    }

    static DatabaseUrl at(DatabaseUrl url, int port) {
        return new DatabaseUrl(
                url.host(),
                port,
                url.database(),
                url.user(),
                url.password(),
                DatabaseUrl.SslMode.DISABLE,
                url.sslRootCertificate());
    }

    DatabaseUrl reader() {
        return reader;
    }

    private static Map<String, Long> indices(DatabaseUrl url, String query) {
        Map<String, Long> found = new HashMap<>();
        try (Connection connection = Databases.connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                assertThat(found.put(row.getString(1), row.getLong(2)))
                        .as("what else there is of " + row.getString(1))
                        .isNull();
            }
        } catch (SQLException failed) {
            throw new DatabaseException(query, failed);
        }
        return found;
    }

    static Path folder() {
        try {
            Files.createDirectories(Path.of("target", "faults"));
            return Files.createTempDirectory(Path.of("target", "faults"), "test")
                    .toAbsolutePath();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).run();
        }
    }
}
