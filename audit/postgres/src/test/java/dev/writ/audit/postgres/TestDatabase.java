package dev.writ.audit.postgres;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** A fresh database on one server that all tests of a run share. */
record TestDatabase(DatabaseUrl admin, AuditSchema.Access access) {

    static final byte[] ROLE_SECRET = "the tests' role secret".getBytes(StandardCharsets.UTF_8);

    private static final AtomicInteger COUNT = new AtomicInteger();

    /** With the log's schema. */
    static TestDatabase create() {
        return Template.DATABASE.copy();
    }

    /** Another with everything in it; nobody may be connected to this one. */
    TestDatabase copy() {
        String name = name();
        execute(Server.URL, "CREATE DATABASE " + name + " TEMPLATE " + admin.database());
        DatabaseUrl copied = admin.database(name);
        return new TestDatabase(copied, AuditSchema.access(copied, ROLE_SECRET));
    }

    /** Without any schema, as its administrator sees it. */
    static DatabaseUrl createEmpty() {
        String name = name();
        execute(Server.URL, "CREATE DATABASE " + name);
        return Server.URL.database(name);
    }

    DatabaseUrl writer() {
        return access.writer();
    }

    DatabaseUrl reader() {
        return access.reader();
    }

    /** Runs statements as a superuser. */
    void execute(String... statements) {
        execute(admin, statements);
    }

    /** Removes it, whoever is still connected. */
    void drop() {
        execute(Server.URL, "DROP DATABASE " + admin.database() + " WITH (FORCE)");
    }

    static void execute(DatabaseUrl url, String... statements) {
        try (Connection connection = Databases.connect(url)) {
            for (String statement : statements) {
                Databases.execute(connection, statement);
            }
        } catch (SQLException failed) {
            throw new DatabaseException(String.join("; ", statements), failed);
        }
    }

    private static String name() {
        return "test_" + ProcessHandle.current().pid() + "_" + COUNT.incrementAndGet();
    }

    private static final class Server {
        static final DatabaseUrl URL = start();

        private static DatabaseUrl start() {
            EmbeddedDatabase database = EmbeddedDatabase.start(Path.of("target", "postgres"));
            Runtime.getRuntime().addShutdownHook(new Thread(database::close));
            return database.url();
        }
    }

    private static final class Template {
        static final TestDatabase DATABASE = prepare();

        private static TestDatabase prepare() {
            DatabaseUrl empty = createEmpty();
            AuditSchema.Access access = AuditSchema.prepare(empty, ROLE_SECRET);
            return new TestDatabase(empty, access);
        }
    }
}
