package dev.writ.audit.postgres;

import dev.writ.audit.AppliedRow;
import dev.writ.audit.Draft;
import dev.writ.audit.Kept;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogSigner;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.MasterKey;
import dev.writ.audit.Receipt;
import dev.writ.audit.RowChange;
import dev.writ.audit.VerifyResult;
import dev.writ.model.Digest;
import io.vertx.core.Vertx;
import java.io.IOException;
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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A log in a database of its own, for one test. */
@SuppressWarnings("NullAway.Init") // JUnit calls beforeEach first
final class TestLog implements BeforeEachCallback, AfterEachCallback {

    static final Duration SOON = Duration.ofSeconds(30);

    private static final Vertx VERTX = Vertx.vertx();

    private final LogSigner signer = LogSigner.generate("example.com/writ", new SecureRandom());
    private final MasterKey masterKey = MasterKey.generate(new SecureRandom());
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final PostgresAuditLog.Limits limits;
    private boolean isExpectedIntact = true;
    private TestDatabase database;
    private Path folder;
    private PostgresAuditLog log;
    private PostgresAuditReader reader;

    TestLog() {
        // No test is about the time-out of an append unless it says so, and machines are busy at times.
        this(limits(8192, SOON));
    }

    TestLog(PostgresAuditLog.Limits limits) {
        this.limits = limits;
    }

    static PostgresAuditLog.Limits limits(int queuedDrafts, Duration appendTimeout) {
        PostgresAuditLog.Limits usual = PostgresAuditLog.Limits.DEFAULT;
        return new PostgresAuditLog.Limits(
                queuedDrafts, usual.queuedBytes(), usual.batchDrafts(), usual.recentBytes(), appendTimeout);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        database = TestDatabase.create();
        database.execute(
                "CREATE TABLE label (idx bigint, leaf_hash bytea, label text CHECK (label <> 'refused'))",
                "GRANT INSERT ON label TO writ_writer");
        folder = Files.createTempDirectory(Path.of("target"), "log");
        log = open("one", limits);
        reader = PostgresAuditReader.open(VERTX, database.reader(), LogKeys.of(verifierKey()), masterKey);
        opened.add(reader);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        database.drop();
    }

    /** Opens the log as another replica, or again as the same. */
    PostgresAuditLog open(String replica) {
        return open(replica, limits);
    }

    PostgresAuditLog open(String replica, PostgresAuditLog.Limits itsLimits) {
        return open(replica, database.writer(), itsLimits);
    }

    /** Opens the log by way of that URL. */
    PostgresAuditLog open(String replica, DatabaseUrl writer) {
        return open(replica, writer, limits);
    }

    /** Opens the log with next to no memory of recent entries. */
    PostgresAuditLog openForgetful(String replica) {
        return open(
                replica,
                new PostgresAuditLog.Limits(
                        limits.queuedDrafts(), limits.queuedBytes(), limits.batchDrafts(), 1, limits.appendTimeout()));
    }

    /** Opens the log as a replica that signs with other keys. */
    PostgresAuditLog open(String replica, LogSigner itsSigner) {
        return open(settings(replica, database.writer(), limits, itsSigner, AuditMetrics.NONE));
    }

    /** Opens the log as a replica that measures. */
    PostgresAuditLog open(String replica, DatabaseUrl writer, AuditMetrics metrics) {
        return open(settings(replica, writer, limits, signer, metrics));
    }

    private PostgresAuditLog open(String replica, DatabaseUrl writer, PostgresAuditLog.Limits itsLimits) {
        return open(settings(replica, writer, itsLimits, signer, AuditMetrics.NONE));
    }

    private PostgresAuditLog open(PostgresAuditLog.Settings settings) {
        PostgresAuditLog another =
                PostgresAuditLog.open(VERTX, settings).await().atMost(SOON);
        opened.add(another);
        return another;
    }

    private PostgresAuditLog.Settings settings(
            String replica,
            DatabaseUrl writer,
            PostgresAuditLog.Limits itsLimits,
            LogSigner itsSigner,
            AuditMetrics metrics) {
        return new PostgresAuditLog.Settings(
                writer,
                replica,
                itsSigner,
                masterKey,
                folder.resolve(replica + "-high-water-mark"),
                itsLimits,
                InstantSource.system(),
                metrics);
    }

    /** Appends and waits. */
    <T> Receipt<T> append(Draft<T> draft) {
        return log.append(draft).await().atMost(SOON);
    }

    /** Does what only a superuser who turns the triggers off can do. */
    void edit(String statements) {
        database.execute("SET session_replication_role = replica; " + statements);
    }

    PostgresAuditLog log() {
        return log;
    }

    /** The test breaks it on purpose, and for good. */
    void expectBroken() {
        isExpectedIntact = false;
    }

    boolean isExpectedIntact() {
        return isExpectedIntact;
    }

    PostgresAuditReader reader() {
        return reader;
    }

    TestDatabase database() {
        return database;
    }

    LogVerifierKey verifierKey() {
        return signer.verifierKey();
    }

    LogSigner signer() {
        return signer;
    }

    VerifyResult verify() {
        return verify(signer.keys());
    }

    VerifyResult verify(LogKeys trusted) {
        return PostgresVerifier.verify(database.reader(), trusted, Optional.of(masterKey));
    }

    /** What verifiers that are not ours find wrong. */
    List<String> complaintsOfThirdParties() {
        return complaintsOfThirdParties(verifierKey());
    }

    List<String> complaintsOfThirdParties(LogVerifierKey trusted) {
        return ThirdParty.complaints(TileFolder.write(database.reader(), trusted, folder.toAbsolutePath()));
    }

    static RowChange rowLabelled(String label) {
        return new RowChange("INSERT INTO label (idx, leaf_hash, label) VALUES ($1, $2, $3)", List.of(label));
    }

    List<AppliedRow> rows() {
        List<AppliedRow> rows = new ArrayList<>();
        try (Connection connection = Databases.connect(database.admin());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT idx, leaf_hash, label FROM label ORDER BY idx, ctid")) {
            while (row.next()) {
                rows.add(new AppliedRow(row.getLong(1), Digest.fromBytes(row.getBytes(2)), row.getString(3)));
            }
        } catch (SQLException failed) {
            throw new DatabaseException("no labels", failed);
        }
        return rows;
    }

    /** Does what a gateway does that is asked to forget somebody. */
    void destroySubjectKey(String id) {
        long erasure = Orders.append(this, Orders.erasure(id));
        try (Eraser eraser = Eraser.open(VERTX, database.access().eraser())) {
            eraser.erase(erasure).await().atMost(SOON);
        }
    }

    byte[] leafHash(long index) {
        return reader.at(index).await().atMost(SOON).orElseThrow().leafHash().bytes();
    }

    /** What would be left below that index without these kinds. */
    Kept kept(long below, List<String> prunable) {
        try (KeptEntries kept = KeptEntries.open(VERTX, database.reader())) {
            return kept.below(below, prunable).await().atMost(SOON);
        }
    }

    /** The number that is the answer, as a superuser has it. */
    long count(String question) {
        try (Connection connection = Databases.connect(database.admin());
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(question)) {
            answer.next();
            return answer.getLong(1);
        } catch (SQLException failed) {
            throw new DatabaseException(question, failed);
        }
    }
}
