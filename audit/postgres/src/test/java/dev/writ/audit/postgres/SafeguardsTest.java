package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A log whose safeguards somebody took away is not served. */
class SafeguardsTest {

    @RegisterExtension
    private final TestLog log = new TestLog();

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '~', textBlock = """
            table audit.log lacks its trigger only_grows ~ ALTER TABLE audit.log DISABLE TRIGGER only_grows
            table audit.entry_65536 lacks its trigger only_grows ~ ALTER TABLE audit.entry_65536 DISABLE TRIGGER only_grows
            table audit.entry_0 lacks its trigger never_emptied ~ DROP TRIGGER never_emptied ON audit.entry_0
            table audit.checkpoint lacks its trigger never_emptied ~ ALTER TABLE audit.checkpoint ENABLE REPLICA TRIGGER never_emptied
            table audit.input lacks its trigger only_by_entry ~ DROP TRIGGER only_by_entry ON audit.input
            table audit.subject_key lacks its trigger never_emptied ~ DROP TRIGGER never_emptied ON audit.subject_key
            event trigger writ_audit_sql_drop is missing or disabled ~ ALTER EVENT TRIGGER writ_audit_sql_drop DISABLE
            event trigger writ_audit_ddl_command_end is missing or disabled ~ ALTER EVENT TRIGGER writ_audit_ddl_command_end ENABLE REPLICA
            writ_writer may change table audit.entry ~ GRANT UPDATE ON audit.entry TO writ_writer
            writ_reader may change table audit.checkpoint ~ GRANT INSERT ON audit.checkpoint TO writ_reader
            writ_tasks may read table audit.entry ~ GRANT SELECT (leaf) ON audit.entry TO writ_tasks
            writ_eraser may change table audit.subject_key ~ GRANT DELETE ON audit.subject_key TO writ_eraser
            writ_writer may call audit.erase ~ GRANT EXECUTE ON FUNCTION audit.erase TO writ_writer
            writ_pruner may create objects in schema audit ~ GRANT CREATE ON SCHEMA audit TO writ_pruner
            """)
    void theStartSaysWhichIsMissing(String what, String edit) {
        log.database().execute("SET writ.ddl = 'audit'; " + edit);

        assertThatThrownBy(() -> log.open("two"))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("the log must not be served: " + what)
                .hasMessageContaining("writ audit verify")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aMissingPartitionIsNamed() throws Exception {
        Orders.fill(log, "STARTED", 3);
        log.edit("DROP TABLE audit.entry_0");

        assertThatThrownBy(() -> log.open("two"))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("partition audit.entry_0 is missing");
    }
}
