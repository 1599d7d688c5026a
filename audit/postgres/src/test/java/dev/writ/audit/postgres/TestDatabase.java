package dev.writ.audit.postgres;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** A fresh database with the log's schema, on one server that all tests of a run share. */
record TestDatabase(DatabaseUrl admin, DatabaseUrl writer, DatabaseUrl reader) {

    private static final byte[] ROLE_SECRET = "the tests' role secret".getBytes(StandardCharsets.UTF_8);
    private static final AtomicInteger COUNT = new AtomicInteger();

    static TestDatabase create() {
        DatabaseUrl fresh = createEmpty();
        AuditSchema.Access access = AuditSchema.prepare(fresh, ROLE_SECRET);
        return new TestDatabase(fresh, access.writer(), access.reader());
    }

    static DatabaseUrl createEmpty() {
        DatabaseUrl server = Server.URL;
        String name = "test_" + ProcessHandle.current().pid() + "_" + COUNT.incrementAndGet();
        try {
            Databases.createIfMissing(server, name);
        } catch (SQLException failed) {
            throw new DatabaseException("no test database", failed);
        }
        return server.database(name);
    }

    /** Runs a statement as a superuser. */
    void execute(String... statements) {
        try (Connection connection = Databases.connect(admin)) {
            for (String statement : statements) {
                Databases.execute(connection, statement);
            }
        } catch (SQLException failed) {
            throw new DatabaseException(String.join("; ", statements), failed);
        }
    }

    private static final class Server {
        static final DatabaseUrl URL = start();

        private static DatabaseUrl start() {
            EmbeddedDatabase database = EmbeddedDatabase.start(Path.of("target", "postgres"));
            Runtime.getRuntime().addShutdownHook(new Thread(database::close));
            return database.url();
        }
    }
}
