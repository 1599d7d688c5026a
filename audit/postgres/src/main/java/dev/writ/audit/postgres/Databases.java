package dev.writ.audit.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Blocking work on a database, for start-up and tools. */
final class Databases {

    private Databases() {}

    static Connection connect(DatabaseUrl url) throws SQLException {
        return dataSource(url).getConnection();
    }

    /** Not by DriverManager, which knows only the drivers of the class loader that asked it first. */
    static DataSource dataSource(DatabaseUrl url) throws SQLException {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(url.jdbcUrl());
        for (String name : url.jdbcProperties().stringPropertyNames()) {
            dataSource.setProperty(name, url.jdbcProperties().getProperty(name));
        }
        return dataSource;
    }

    static String show(DatabaseUrl url, String setting) throws SQLException {
        try (Connection connection = connect(url)) {
            return show(connection, setting);
        }
    }

    /** Refuses a server that may lose what it acknowledged. */
    static void requireDurable(DatabaseUrl url) throws SQLException {
        try (Connection connection = connect(url)) {
            for (String setting : new String[] {"fsync", "full_page_writes", "synchronous_commit"}) {
                Durability.require(setting, show(connection, setting));
            }
        }
    }

    static void createIfMissing(DatabaseUrl admin, String database) throws SQLException {
        try (Connection connection = connect(admin);
                PreparedStatement find = connection.prepareStatement("SELECT FROM pg_database WHERE datname = ?")) {
            find.setString(1, database);
            try (ResultSet found = find.executeQuery()) {
                if (!found.next()) {
                    try (Statement create = connection.createStatement()) {
                        create.execute("CREATE DATABASE " + create.enquoteIdentifier(database, true));
                    }
                }
            }
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The answer to a question that has one row with one boolean. */
    static boolean ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(sql)) {
            return answer.next() && answer.getBoolean(1);
        }
    }

    static boolean isWrongPassword(SQLException failure) {
        return "28P01".equals(failure.getSQLState());
    }

    private static String show(Connection connection, String setting) throws SQLException {
        try (PreparedStatement show = connection.prepareStatement("SELECT current_setting(?)")) {
            show.setString(1, setting);
            try (ResultSet result = show.executeQuery()) {
                result.next();
                return result.getString(1);
            }
        }
    }
}
