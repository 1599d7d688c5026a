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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /** Every row of every table, as text; bytes are shown as the characters they stand for where they do. */
    public String dump() {
        StringBuilder dump = new StringBuilder();
        for (String table : query("SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
                + " WHERE schemaname IN ('audit', 'writ')")) {
            for (String row : query("SELECT t::text FROM " + table + " t")) {
                dump.append(row).append('\n').append(decoded(row)).append('\n');
            }
        }
        return dump.toString();
    }

    /** PostgreSQL writes bytes as hexadecimal digits after {@code \x}. */
    private static String decoded(String row) {
        StringBuilder text = new StringBuilder();
        Matcher bytes = Pattern.compile("\\\\x((?:[0-9a-f]{2})+)").matcher(row);
        while (bytes.find()) {
            text.append(new String(HexFormat.of().parseHex(bytes.group(1)), StandardCharsets.ISO_8859_1));
        }
        return text.toString();
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
