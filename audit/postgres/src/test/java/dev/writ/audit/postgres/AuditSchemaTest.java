package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditSchemaTest {

    private static final byte[] SECRET = "the tests' role secret".getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log",
                "entry",
                "entry_0",
                "entry_key",
                "checkpoint",
                "tile",
                "cosignature",
                "input",
                "subject_key"
            })
    void noLoginMayChangeOrRemoveWhatIsWritten(String table) {
        TestDatabase database = Shared.DATABASE;
        for (DatabaseUrl login : database.access().logins()) {
            assertRefused(login, "DELETE FROM audit." + table);
            assertRefused(login, "TRUNCATE audit." + table);
            assertRefused(login, "DROP TABLE audit." + table);
            assertRefused(login, "ALTER TABLE audit." + table + " DISABLE TRIGGER ALL");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log SET vkey = ''",
                "entry SET leaf = ''",
                "entry_key SET idx = 0",
                "checkpoint SET note = ''",
                "tile SET n = 0",
                "cosignature SET line = ''",
                "input SET ciphertext = ''",
                "subject_key SET wrapped_key = ''"
            })
    void noLoginMayUpdate(String update) {
        for (DatabaseUrl login : Shared.DATABASE.access().logins()) {
            assertRefused(login, "UPDATE audit." + update);
        }
    }

    @Test
    void theReaderMayNotInsert() {
        assertRefused(Shared.DATABASE.reader(), "INSERT INTO audit.subject_key VALUES ('a', 'b', NULL)");
    }

    @Test
    void whoeverRunsTasksOrErasesOrPrunesSeesNothingOfTheLog() {
        AuditSchema.Access access = Shared.DATABASE.access();
        for (DatabaseUrl login : List.of(access.tasks(), access.eraser(), access.pruner())) {
            assertRefused(login, "SELECT FROM audit.entry");
            assertRefused(login, "SELECT FROM audit.subject_key");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRUNCATE audit.entry",
                "TRUNCATE audit.entry_0",
                "TRUNCATE audit.entry_key",
                "TRUNCATE audit.checkpoint CASCADE"
            })
    void evenTheOwnerCannotEmptyATableByMistake(String statement) {
        assertRefused(Shared.DATABASE.admin(), statement);
    }

    @Test
    void theNextPreparationWakesAGuardThatSomebodyPutToSleep() {
        TestDatabase database = TestDatabase.create();
        database.execute("ALTER EVENT TRIGGER writ_audit_sql_drop DISABLE");

        AuditSchema.prepare(database.admin(), TestDatabase.ROLE_SECRET);

        assertRefused(database.admin(), "DROP TABLE audit.checkpoint CASCADE");
    }

    @Test
    void noKeyOfAnEntryHasAHashOfAnotherLength() {
        TestDatabase database = TestDatabase.create();

        assertThatThrownBy(() -> database.execute("INSERT INTO audit.entry_key VALUES ('k', 1, 0, '\\x00')"))
                .hasStackTraceContaining("whole_hash");
    }

    @Test
    void evenTheOwnerCannotEditARowByMistake() {
        TestDatabase database = TestDatabase.create();
        database.execute("INSERT INTO audit.entry_key VALUES ('k', 1, 0, sha256(''))");

        assertRefused(database.admin(), "UPDATE audit.entry_key SET idx = 1");
        assertRefused(database.admin(), "DELETE FROM audit.entry_key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DROP TABLE audit.checkpoint CASCADE",
                "DROP TRIGGER only_grows ON audit.entry",
                "DROP SCHEMA audit CASCADE",
                "ALTER TABLE audit.entry DISABLE TRIGGER ALL",
                "ALTER TABLE audit.input DROP COLUMN followed",
                "ALTER TABLE audit.entry DETACH PARTITION audit.entry_0",
                "CREATE OR REPLACE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE RULE quiet AS ON DELETE TO audit.log DO INSTEAD NOTHING",
                "UPDATE audit.subject_key SET destroyed_at = now()",
                "TRUNCATE audit.input"
            })
    void evenASuperuserCannotTakeTheLogApartByMistake(String statement) {
        Shared.DATABASE.execute("INSERT INTO audit.subject_key VALUES ('k', 'x', NULL) ON CONFLICT DO NOTHING");

        assertRefused(Shared.DATABASE.admin(), statement);
    }

    @Test
    void otherSchemasAreNobodysBusiness() {
        Shared.DATABASE.execute("CREATE TABLE mine (a int)", "ALTER TABLE mine ADD b int", "DROP TABLE mine");

        assertThat(select(Shared.DATABASE.admin(), "SELECT to_regclass('mine') IS NULL"))
                .isTrue();
    }

    @Test
    void preparesAgainWithoutChange() {
        TestDatabase database = TestDatabase.create();

        AuditSchema.Access again = AuditSchema.prepare(database.admin(), SECRET);

        assertThat(again).isEqualTo(database.access());
    }

    @Test
    void replicasMayPrepareAtTheSameTime() throws Exception {
        DatabaseUrl empty = TestDatabase.createEmpty();
        ExecutorService replicas = Executors.newFixedThreadPool(2);
        try {
            Future<AuditSchema.Access> one = replicas.submit(() -> AuditSchema.prepare(empty, SECRET));
            Future<AuditSchema.Access> other = replicas.submit(() -> AuditSchema.prepare(empty, SECRET));

            assertThat(one.get()).isEqualTo(other.get());
        } finally {
            replicas.shutdown();
        }
    }

    @Test
    void anOwnerOfTheDatabaseWhoMayCreateRolesIsEnough() {
        DatabaseUrl owner = login("owner_who_may_create_roles", "LOGIN CREATEROLE");

        AuditSchema.Access access = AuditSchema.prepare(owner, SECRET);

        assertThat(select(access.reader(), "SELECT count(*) = 0 FROM audit.entry"))
                .isTrue();
    }

    @Test
    void saysWhichPrivilegeIsMissing() {
        DatabaseUrl powerless = login("login_without_privileges", "LOGIN");

        assertThatThrownBy(() -> AuditSchema.prepare(powerless, SECRET))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("'login_without_privileges' must be allowed to")
                .hasMessageNotContaining(powerless.password());
    }

    @Test
    void partitionsAreMadeAheadAndOnlySoFar() {
        TestDatabase database = TestDatabase.create();

        assertThat(select(database.writer(), "SELECT audit.extend(300000) = 327680"))
                .isTrue();
        assertRefused(database.writer(), "SELECT audit.extend(1 << 25)", "P0001");
        assertRefused(database.reader(), "SELECT audit.extend(300000)");
    }

    @Test
    void partitionsGrowWithTheLogAndNeverOverlap() {
        TestDatabase database = TestDatabase.create();

        assertThat(select(database.writer(), "SELECT audit.extend(1 << 24) = 1 << 24"))
                .isTrue();
        assertThat(select(
                        database.reader(),
                        "SELECT count(*) = 16 + 15 FROM pg_inherits WHERE inhparent = 'audit.entry'::regclass"))
                .isTrue();
    }

    /** A role of this name that owns an empty database, if it has the privilege to make the schema's roles its own. */
    private static DatabaseUrl login(String name, String attributes) {
        DatabaseUrl empty = TestDatabase.createEmpty();
        TestDatabase database = new TestDatabase(empty, AuditSchema.access(empty, SECRET));
        database.execute(
                "DO $$ BEGIN CREATE ROLE " + name + "; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "ALTER ROLE " + name + " " + attributes + " PASSWORD 'secret-of-the-test'",
                "ALTER DATABASE " + empty.database() + " OWNER TO " + name);
        if (attributes.contains("CREATEROLE")) {
            // The roles belong to the server, where another test's superuser has made them.
            AuditSchema.prepare(TestDatabase.createEmpty(), SECRET);
            database.execute("GRANT writ_owner, writ_writer, writ_reader, writ_tasks, writ_eraser, writ_pruner TO "
                    + name + " WITH ADMIN OPTION");
        }
        return empty.as(name, "secret-of-the-test");
    }

    private static void assertRefused(DatabaseUrl login, String statement) {
        assertRefused(login, statement, "42501");
    }

    private static void assertRefused(DatabaseUrl login, String statement, String state) {
        assertThatThrownBy(() -> {
                    try (Connection connection = Databases.connect(login)) {
                        Databases.execute(connection, statement);
                    }
                })
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refused -> assertThat(refused.getSQLState()).isEqualTo(state));
    }

    private static boolean select(DatabaseUrl login, String question) {
        try (Connection connection = Databases.connect(login)) {
            return Databases.ask(connection, question);
        } catch (SQLException failed) {
            throw new DatabaseException(question, failed);
        }
    }

    private static final class Shared {
        static final TestDatabase DATABASE = TestDatabase.create();
    }
}
