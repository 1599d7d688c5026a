package dev.writ.audit.postgres;

import dev.writ.model.Digest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Rows one by one, a thousand in memory at a time. */
final class Cursor implements AutoCloseable {

    private static final int ROWS_AT_ONCE = 1000;

    private final PreparedStatement statement;
    private final ResultSet row;
    private boolean isAtRow;

    private Cursor(PreparedStatement statement, ResultSet row, boolean isAtRow) {
        this.statement = statement;
        this.row = row;
        this.isAtRow = isAtRow;
    }

    /** Opens it at the first row. */
    static Cursor open(Connection connection, String sql, int... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            statement.setFetchSize(ROWS_AT_ONCE);
            for (int i = 0; i < parameters.length; i++) {
                statement.setInt(i + 1, parameters[i]);
            }
            ResultSet rows = statement.executeQuery();
            return new Cursor(statement, rows, rows.next());
        } catch (SQLException failed) {
            statement.close();
            throw failed;
        }
    }

    boolean isAtRow() {
        return isAtRow;
    }

    ResultSet row() {
        return row;
    }

    void next() throws SQLException {
        isAtRow = row.next();
    }

    /** Takes the rows up to that index, of which the first column is one: key and leaf hash of those that are exactly of it. */
    Map<String, Digest> takeKeys(long index) throws SQLException {
        Map<String, Digest> taken = new HashMap<>();
        while (isAtRow && row.getLong(1) <= index) {
            if (row.getLong(1) == index) {
                taken.put(row.getString(2), Digest.fromBytes(row.getBytes(3)));
            }
            next();
        }
        return taken;
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
