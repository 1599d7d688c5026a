package dev.writ.audit.postgres;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;

/** What must stand between the log and whoever can log in, and between its tables and a slip of the owner's hand. */
final class Safeguards {

    private static final String LOGINS =
            "('writ_writer'), ('writ_reader'), ('writ_tasks'), ('writ_eraser'), ('writ_pruner')";

    // Every table of the log with the triggers it must have, enabled and calling what they were made to call.
    private static final String TRIGGERS = """
            WITH tables AS (
              SELECT c.oid, c.relname, c.relname IN ('input', 'subject_key') AS erasable FROM pg_class c
              WHERE c.relnamespace = 'audit'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'schema_history')
            SELECT 'table audit.' || t.relname || ' lacks its trigger ' || e.name FROM tables t
              CROSS JOIN LATERAL (VALUES
                (CASE WHEN t.erasable THEN 'only_by_entry' ELSE 'only_grows' END,
                  CASE WHEN t.erasable THEN 'refuse_unless_erasing' ELSE 'refuse' END),
                ('never_emptied', 'refuse')) e (name, function)
              WHERE NOT EXISTS (SELECT FROM pg_trigger g JOIN pg_proc f ON f.oid = g.tgfoid
                WHERE g.tgrelid = t.oid AND g.tgname = e.name AND g.tgenabled IN ('O', 'A')
                  AND f.pronamespace = 'audit'::regnamespace AND f.proname = e.function)
            LIMIT 1""";

    private static final String RIGHTS = """
            WITH logins (name) AS (VALUES %s),
            tables AS (SELECT c.oid, c.relname FROM pg_class c
              WHERE c.relnamespace = 'audit'::regnamespace AND c.relkind IN ('r', 'p'))
            SELECT l.name || ' is a superuser' FROM logins l JOIN pg_roles r ON r.rolname = l.name WHERE r.rolsuper
            UNION ALL
            SELECT l.name || ' is a member of writ_owner' FROM logins l WHERE pg_has_role(l.name, 'writ_owner', 'MEMBER')
            UNION ALL
            SELECT l.name || ' may create objects in schema audit' FROM logins l
              WHERE has_schema_privilege(l.name, 'audit', 'CREATE')
            UNION ALL
            SELECT l.name || ' may change table audit.' || t.relname FROM logins l CROSS JOIN tables t
              WHERE has_table_privilege(l.name, t.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES')
                OR has_any_column_privilege(l.name, t.oid, 'UPDATE')
                OR (l.name <> 'writ_writer' AND has_any_column_privilege(l.name, t.oid, 'INSERT'))
            UNION ALL
            SELECT l.name || ' may read table audit.' || t.relname FROM logins l CROSS JOIN tables t
              WHERE l.name NOT IN ('writ_writer', 'writ_reader') AND has_any_column_privilege(l.name, t.oid, 'SELECT')
            UNION ALL
            SELECT l.name || ' may call audit.' || f.proname FROM logins l CROSS JOIN pg_proc f
              WHERE f.pronamespace = 'audit'::regnamespace AND has_function_privilege(l.name, f.oid, 'EXECUTE')
                AND (l.name, f.proname) NOT IN (('writ_writer', 'extend'), ('writ_eraser', 'erase'),
                  ('writ_eraser', 'expire'), ('writ_pruner', 'prune'))
            LIMIT 1""".formatted(LOGINS);

    // Where a superuser made the schema, the guards of its tables and functions must be awake as well.
    private static final String GUARDS = """
            SELECT 'event trigger writ_audit_' || e.name || ' is missing or disabled'
              FROM (VALUES ('sql_drop'), ('ddl_command_end')) e (name)
              WHERE EXISTS (SELECT FROM pg_namespace WHERE nspname = 'writ_guard') AND NOT EXISTS (
                SELECT FROM pg_event_trigger t JOIN pg_proc f ON f.oid = t.evtfoid
                  JOIN pg_namespace n ON n.oid = f.pronamespace
                  WHERE t.evtname = 'writ_audit_' || e.name AND t.evtevent = e.name AND t.evtenabled IN ('O', 'A')
                    AND n.nspname = 'writ_guard' AND f.proname = 'refuse_ddl')
            LIMIT 1""";

    private static final String PARTITIONS = "SELECT substr(c.relname, 7)::bigint FROM pg_inherits i"
            + " JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'audit.entry'::regclass ORDER BY 1";

    private Safeguards() {}

    /** Fails, in one line that says what to do, if something of it is missing. */
    static Future<Void> require(PgConnection connection) {
        return requireNone(
                        connection,
                        TRIGGERS,
                        "; somebody removed or disabled it: run 'writ audit verify', then make it as the migrations do")
                .compose(
                        triggers -> requireNone(
                                connection,
                                GUARDS,
                                "; run 'writ audit verify', then let a superuser prepare the schema, as 'writ serve' does at its start"))
                .compose(guards -> requireNone(
                        connection,
                        RIGHTS,
                        ", which no migration granted: take that away, then run 'writ audit verify'"));
    }

    private static Future<Void> requireNone(PgConnection connection, String question, String whatToDo) {
        return connection.query(question).execute().map(rows -> {
            for (Row row : rows) {
                throw new DatabaseException("the log must not be served: " + row.getString(0) + whatToDo);
            }
            return null;
        });
    }

    /** Every index below the size has its partition. */
    static Future<Void> requirePartitions(PgConnection connection, long size) {
        return connection.query(PARTITIONS).execute().map(rows -> {
            long end = 0;
            for (Row row : rows) {
                if (row.getLong(0) != end) {
                    break;
                }
                end = Partitions.endOf(end);
            }
            if (end < size) {
                throw new DatabaseException("the log must not be served: its partition audit.entry_" + end
                        + " is missing; restore the database from a backup that has it");
            }
            return null;
        });
    }
}
