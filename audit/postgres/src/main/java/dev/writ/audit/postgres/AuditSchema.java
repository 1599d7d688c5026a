package dev.writ.audit.postgres;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Lays out the log's schema {@code audit}, and the schema {@code writ} of whatever else the log governs, with their roles. */
public final class AuditSchema {

    private static final Logger LOGGER = System.getLogger(AuditSchema.class.getName());
    private static final String LOCATION = "classpath:db/migration/audit";
    private static final String GOVERNED = "writ";
    private static final int OLDEST_SERVER = 15;

    // In a schema of its own, since it could not fire once it was dropped together with schema audit.
    private static final String GUARD = """
            CREATE SCHEMA IF NOT EXISTS writ_guard;
            CREATE OR REPLACE FUNCTION writ_guard.refuse_ddl() RETURNS event_trigger LANGUAGE plpgsql
              SET search_path = pg_catalog, pg_temp AS $$
            DECLARE
              touched text;
            BEGIN
              IF coalesce(current_setting('writ.ddl', true), '') <> 'audit' THEN
                IF TG_EVENT = 'sql_drop' THEN
                  SELECT object_identity INTO touched FROM pg_event_trigger_dropped_objects()
                    WHERE address_names[1] = 'audit' LIMIT 1;
                ELSE
                  SELECT object_identity INTO touched FROM pg_event_trigger_ddl_commands()
                    WHERE schema_name = 'audit' OR object_identity LIKE '% on audit.%' LIMIT 1;
                END IF;
                IF touched IS NOT NULL THEN
                  RAISE EXCEPTION 'schema audit is not to be altered: % of % refused', TG_TAG, touched
                    USING ERRCODE = 'insufficient_privilege',
                      HINT = 'Migrations SET writ.ddl = ''audit''. Whoever else does leaves a log nobody can trust.';
                END IF;
              END IF;
            END $$""";

    private AuditSchema() {}

    /**
     * The logins that came of it.
     *
     * @param writer may INSERT and SELECT in schema {@code audit}, and what the further migrations grant
     * @param reader may SELECT
     * @param tasks may do what the further migrations grant, and nothing in schema {@code audit}
     * @param eraser may call what an {@link Eraser} calls
     * @param pruner may call what a {@link Pruner} calls
     */
    public record Access(
            DatabaseUrl writer, DatabaseUrl reader, DatabaseUrl tasks, DatabaseUrl eraser, DatabaseUrl pruner) {

        List<DatabaseUrl> logins() {
            return List.of(writer, reader, tasks, eraser, pruner);
        }
    }

    /** The logins of a database that has been prepared; connects to nothing. */
    public static Access access(DatabaseUrl anybody, byte[] roleSecret) {
        return new Access(
                login(anybody, roleSecret, Roles.WRITER),
                login(anybody, roleSecret, Roles.READER),
                login(anybody, roleSecret, Roles.TASKS),
                login(anybody, roleSecret, Roles.ERASER),
                login(anybody, roleSecret, Roles.PRUNER));
    }

    private static DatabaseUrl login(DatabaseUrl anybody, byte[] roleSecret, String role) {
        return anybody.as(role, Roles.password(roleSecret, role));
    }

    /**
     * Creates or updates roles and tables. Replicas may do so at the same time: the first works, the others wait. Blocks.
     *
     * @param admin a superuser, or a login with CREATEROLE that owns the database
     * @param roleSecret from which the passwords of the roles are derived, the same for all replicas
     * @param furtherLocations Flyway locations of migrations for schema {@code writ}; they run as its owner and grant to
     *     {@code writ_writer}, {@code writ_reader} and {@code writ_tasks} what these need
     * @throws DatabaseException in one line, if a privilege is missing or a migration fails
     */
    public static Access prepare(DatabaseUrl admin, byte[] roleSecret, String... furtherLocations) {
        Access access = access(admin, roleSecret);
        try (Connection connection = Databases.connect(admin)) {
            int version = connection.getMetaData().getDatabaseMajorVersion();
            if (version < OLDEST_SERVER) {
                throw new DatabaseException(
                        "PostgreSQL " + version + " is too old; " + OLDEST_SERVER + " or newer is needed");
            }
            // Ends with the connection.
            Databases.execute(connection, "SELECT pg_advisory_lock(hashtextextended('writ.schema', 0))");
            new Roles(connection, admin).ensure(access);
            migrate(admin, "audit", LOCATION);
            guard(connection);
            if (furtherLocations.length > 0) {
                migrate(admin, GOVERNED, furtherLocations);
            }
            return access;
        } catch (SQLException refused) {
            throw new DatabaseException("the schema at " + admin + " cannot be prepared: " + oneLine(refused), refused);
        } catch (FlywayException failed) {
            throw new DatabaseException("the schema at " + admin + " cannot be migrated: " + oneLine(failed), failed);
        }
    }

    private static void migrate(DatabaseUrl admin, String schema, String... locations) throws SQLException {
        Flyway.configure(AuditSchema.class.getClassLoader())
                .dataSource(Databases.dataSource(admin))
                .initSql("SET ROLE " + Roles.OWNER + "; SET writ.ddl = 'audit'")
                .schemas(schema)
                .table("schema_history")
                .locations(locations)
                .failOnMissingLocations(true)
                .cleanDisabled(true)
                .load()
                .migrate();
    }

    /** Event triggers belong to the database, not to the schema, and only a superuser can make one. */
    private static void guard(Connection connection) throws SQLException {
        if (!Databases.ask(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")) {
            LOGGER.log(
                    Level.WARNING,
                    "The administrator of the database is no superuser: nothing guards the log's schema against DROP and"
                            + " ALTER by its owner");
            return;
        }
        Databases.execute(connection, GUARD);
        for (String event : List.of("sql_drop", "ddl_command_end")) {
            String name = "writ_audit_" + event;
            if (!Databases.ask(
                    connection,
                    "SELECT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = '" + name + "' AND evtevent = '"
                            + event
                            + "' AND evtenabled IN ('O', 'A') AND evtfoid = 'writ_guard.refuse_ddl'::regproc)")) {
                // Somebody may have disabled it, or let it call something else.
                Databases.execute(connection, "DROP EVENT TRIGGER IF EXISTS " + name);
                Databases.execute(
                        connection,
                        "CREATE EVENT TRIGGER " + name + " ON " + event + " EXECUTE FUNCTION writ_guard.refuse_ddl()");
            }
        }
    }

    private static String oneLine(Exception failure) {
        return String.valueOf(failure.getMessage()).strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
