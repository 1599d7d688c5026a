package dev.writ.gateway;

import dev.writ.audit.postgres.DatabaseUrl;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.eclipse.microprofile.config.ConfigProvider;

/** Somebody who may do anything to the database of the gateway under test. */
public final class Superuser implements AutoCloseable {

    private final Connection connection;

    private Superuser(Connection connection) {
        this.connection = connection;
    }

    public static Superuser connect() {
        return connect(DatabaseUrl.parse(ConfigProvider.getConfig().getValue(WritResource.ADMIN_URL, String.class)));
    }

    public static Superuser connect(DatabaseUrl url) {
        try {
            return new Superuser(DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties()));
        } catch (SQLException refused) {
            throw new IllegalStateException(refused);
        }
    }

    public void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public List<String> query(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Deletes inputs, as nobody else may; {@link #putInputsBack} undoes it, so that the log is whole for other tests. */
    public void takeInputs(String condition) {
        execute("SET session_replication_role = replica");
        execute("CREATE TABLE IF NOT EXISTS public.taken_input (LIKE audit.input)");
        execute("WITH taken AS (DELETE FROM audit.input WHERE " + condition + " RETURNING *)"
                + " INSERT INTO public.taken_input SELECT * FROM taken");
    }

    /** Puts back whatever was taken. */
    public void putInputsBack() {
        execute("SET session_replication_role = replica");
        execute("CREATE TABLE IF NOT EXISTS public.taken_input (LIKE audit.input)");
        execute(
                "WITH taken AS (DELETE FROM public.taken_input RETURNING *) INSERT INTO audit.input SELECT * FROM taken");
    }

    /**
     * The tables in which one of those texts stands somewhere, in clear or as the bytes of a column. PostgreSQL looks: all rows of all tests
     * are more than a test should hold.
     */
    public List<String> tablesWith(String... texts) {
        List<String> tables = new ArrayList<>();
        for (String table : query("SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
                + " WHERE schemaname IN ('audit', 'writ')")) {
            for (String text : texts) {
                String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
                boolean stands = query("SELECT 1 FROM " + table + " t WHERE position('" + text.replace("'", "''")
                                + "' in t::text) > 0 OR position('" + hex + "' in t::text) > 0 LIMIT 1")
                        .iterator()
                        .hasNext();
                if (stands) {
                    tables.add(table);
                }
            }
        }
        return tables;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
