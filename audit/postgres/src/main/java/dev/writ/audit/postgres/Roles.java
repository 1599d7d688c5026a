package dev.writ.audit.postgres;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The roles of a Writ database. They belong to the whole server, and so may be there already. */
final class Roles {

    /** Owns the schemas; nobody logs in as it. */
    static final String OWNER = "writ_owner";

    /** Appends. */
    static final String WRITER = "writ_writer";

    /** Reads. */
    static final String READER = "writ_reader";

    /** Works off what is to be done later. */
    static final String TASKS = "writ_tasks";

    /** Erases what an entry says is to be erased. */
    static final String ERASER = "writ_eraser";

    /** Deletes the entries whose time an entry says is over. */
    static final String PRUNER = "writ_pruner";

    private final Connection connection;
    private final DatabaseUrl admin;

    Roles(Connection connection, DatabaseUrl admin) {
        this.connection = connection;
        this.admin = admin;
    }

    static String password(byte[] secret, String role) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(("writ-role-v1\n" + role).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    void ensure(AuditSchema.Access access) throws SQLException {
        create(OWNER, "NOLOGIN");
        for (DatabaseUrl login : access.logins()) {
            create(login.user(), "LOGIN");
        }
        if (!Databases.ask(connection, "SELECT pg_has_role('" + OWNER + "', 'MEMBER')")) {
            attempt("GRANT " + OWNER + " TO CURRENT_USER", "be granted " + OWNER);
        }
        String database = connection.createStatement().enquoteIdentifier(admin.database(), true);
        if (!Databases.ask(
                connection, "SELECT has_database_privilege('" + OWNER + "', current_database(), 'CREATE')")) {
            attempt("GRANT CREATE ON DATABASE " + database + " TO " + OWNER, "own the database " + admin.database());
        }
        for (DatabaseUrl login : access.logins()) {
            if (!Databases.ask(
                    connection,
                    "SELECT has_database_privilege('" + login.user() + "', current_database(), 'CONNECT')")) {
                attempt(
                        "GRANT CONNECT ON DATABASE " + database + " TO " + login.user(),
                        "own the database " + admin.database());
            }
            ensurePassword(login);
        }
    }

    private void create(String role, String login) throws SQLException {
        if (!Databases.ask(connection, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = '" + role + "')")) {
            // Another database of the same server may be prepared at this moment.
            attempt(
                    "DO $$ BEGIN CREATE ROLE " + role + " " + login
                            + "; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$",
                    "create roles (ALTER ROLE ... CREATEROLE)");
        }
    }

    private void ensurePassword(DatabaseUrl login) throws SQLException {
        try (Connection works = Databases.connect(login)) {
            assert works.isValid(0);
        } catch (SQLException refused) {
            if (!Databases.isWrongPassword(refused)) {
                throw refused;
            }
            attempt(
                    "ALTER ROLE " + login.user() + " PASSWORD '"
                            + ScramVerifier.of(login.password()).text() + "'",
                    "alter the role " + login.user());
        }
    }

    private void attempt(String statement, String privilege) throws SQLException {
        try {
            Databases.execute(connection, statement);
        } catch (SQLException refused) {
            if ("42501".equals(refused.getSQLState())) { // insufficient_privilege
                throw new DatabaseException(
                        "the database user '" + admin.user() + "' must be allowed to " + privilege
                                + ", or be a superuser, to prepare the schema",
                        refused);
            }
            throw refused;
        }
    }
}
