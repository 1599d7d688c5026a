package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Column;
import dev.writ.audit.EntryQuery;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How the database goes about lists of entries once it knows how often things are in a log of some length. */
class ListingPlanTest {

    private static final TestDatabase DATABASE = TestDatabase.create();

    /** Of twenty agents that call all the time, and of one that calls once in ten thousand times. */
    @BeforeAll
    static void fill() {
        DATABASE.execute(
                "INSERT INTO audit.entry (log_id, idx, leaf_hash, leaf, kind, call, verdict, agent, subject, tool, rule, ts)"
                        + " SELECT 1, n, decode(repeat('ab', 32), 'hex'), decode(repeat('ab', 1200), 'hex'), 'DECIDED', 'c' || n,"
                        + " 'deny', CASE WHEN n % 10000 = 7 THEN 'rare' ELSE 'agent-' || n % 20 END, 's' || n % 50, 't', 'r', now()"
                        + " FROM generate_series(0, 59999) n",
                "ANALYZE");
    }

    @AfterAll
    static void drop() {
        DATABASE.drop();
    }

    private String plan(String agent) throws SQLException {
        EntryQuery query = new EntryQuery(
                Map.of(Column.AGENT, agent),
                Set.of("DECIDED"),
                0,
                Long.MAX_VALUE,
                Optional.empty(),
                Optional.empty(),
                true,
                51,
                false);
        try (Connection connection = Databases.connect(DATABASE.reader());
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "PREPARE listing AS " + FindStatement.listing(query).sql());
            StringBuilder plan = new StringBuilder();
            try (ResultSet lines = statement.executeQuery(
                    "EXPLAIN EXECUTE listing(1, 0, " + Long.MAX_VALUE + ", '" + agent + "', '{DECIDED}', 51)")) {
                while (lines.next()) {
                    plan.append(lines.getString(1)).append('\n');
                }
            }
            return plan.toString();
        }
    }

    @Test
    void theNewestOfABusyAgentAreReadFromTheEndOfTheLog() throws SQLException {
        assertThat(plan("agent-3")).contains("Index Scan Backward", "_pkey").doesNotContain("Sort");
    }

    @Test
    void thoseOfAnAgentThatIsSeldomThereAreReadByTheIndexOnAgents() throws SQLException {
        assertThat(plan("rare")).contains("_agent_subject_idx");
    }
}
