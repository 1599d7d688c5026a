package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Settled;
import dev.writ.audit.VerifyResult;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A superuser with the triggers off edits a log of ten entries, each in a checkpoint of its own. */
class PostgresVerifierTest {

    private static final int SIZE = 10;

    @RegisterExtension
    private final TestLog log = new TestLog();

    @BeforeEach
    void append() {
        for (int i = 0; i < SIZE; i++) {
            log.append(entry(i));
        }
    }

    @Test
    void aLogNobodyTouchedIsIntact() {
        assertThat(log.verify())
                .isInstanceOfSatisfying(
                        VerifyResult.Intact.class,
                        intact -> assertThat(intact.size()).isEqualTo(SIZE));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '~', textBlock = """
                    7 ~ UPDATE audit.entry SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), 'small', 'large'), 'UTF8') WHERE idx = 7
                    7 ~ UPDATE audit.entry SET (leaf, leaf_hash) = (SELECT l, sha256('\\x00'::bytea || l) FROM convert_to(replace(convert_from(leaf, 'UTF8'), 'small', 'large'), 'UTF8') AS l) WHERE idx = 7
                    7 ~ UPDATE audit.entry SET leaf_hash = sha256(leaf) WHERE idx = 7
                    7 ~ UPDATE audit.entry SET verdict = 'deny' WHERE idx = 7
                    7 ~ UPDATE audit.entry SET agent = NULL WHERE idx = 7
                    7 ~ UPDATE audit.entry SET kind = 'EXECUTED' WHERE idx = 7
                    7 ~ UPDATE audit.entry SET ts = ts + interval '1 microsecond' WHERE idx = 7
                    7 ~ DELETE FROM audit.entry WHERE idx = 7
                    9 ~ DELETE FROM audit.entry WHERE idx = 9
                    5 ~ UPDATE audit.entry SET idx = 16 - idx WHERE idx IN (5, 11); UPDATE audit.entry SET idx = 5 WHERE idx = 6
                    5 ~ UPDATE audit.entry SET idx = CASE idx WHEN 5 THEN 100 ELSE 5 END WHERE idx IN (5, 6); UPDATE audit.entry SET idx = 6 WHERE idx = 100
                    10 ~ INSERT INTO audit.entry SELECT log_id, 10, leaf_hash, leaf, kind, call, verdict, agent, subject, session, tool, rule, bundle, ts FROM audit.entry WHERE idx = 9
                    7 ~ UPDATE audit.entry_key SET key = 'decided/other' WHERE key = 'decided/7'
                    7 ~ DELETE FROM audit.entry_key WHERE key = 'decided/7'
                    7 ~ INSERT INTO audit.entry_key SELECT 'extra', log_id, idx, leaf_hash FROM audit.entry_key WHERE key = 'decided/7'
                    7 ~ UPDATE audit.entry_key SET leaf_hash = sha256('') WHERE key = 'decided/7'
                    6 ~ UPDATE audit.checkpoint SET note = replace(note, 'example', 'Example') WHERE size = 7
                    6 ~ UPDATE audit.checkpoint SET root = sha256('') WHERE size = 7
                    6 ~ UPDATE audit.checkpoint SET frontier = (SELECT frontier FROM audit.checkpoint WHERE size = 6) WHERE size = 7
                    5 ~ DELETE FROM audit.checkpoint WHERE size = 6
                    0 ~ DELETE FROM audit.checkpoint WHERE size = 0
                    7 ~ UPDATE audit.input SET ciphertext = set_byte(ciphertext, 20, 255 - get_byte(ciphertext, 20)) WHERE idx = 7
                    7 ~ UPDATE audit.input SET ciphertext = (SELECT ciphertext FROM audit.input WHERE idx = 6) WHERE idx = 7
                    7 ~ UPDATE audit.input SET name = 'other' WHERE idx = 7
                    7 ~ UPDATE audit.input SET idx = 10 WHERE idx = 7
                    7 ~ UPDATE audit.input SET log_id = 2 WHERE idx = 7
                    7 ~ UPDATE audit.entry SET log_id = 2 WHERE idx = 7
                    """)
    void everyEditIsFoundAndNamed(long index, String edit) {
        log.edit(edit);

        assertThat(log.verify())
                .isInstanceOfSatisfying(
                        VerifyResult.Broken.class,
                        broken -> assertThat(broken.index()).as(broken.what()).isEqualTo(index));
    }

    @Test
    void inputsThatNoEntryErasedAreMissed() {
        log.edit("UPDATE audit.subject_key SET wrapped_key = NULL, destroyed_at = now(); DELETE FROM audit.input");

        assertThat(log.verify())
                .isInstanceOfSatisfying(
                        VerifyResult.Broken.class,
                        broken -> assertThat(broken.index()).as(broken.what()).isZero());
    }

    @Test
    void tellsHowFarItIs() {
        List<Long> told = new ArrayList<>();

        PostgresVerifier.verify(
                log.database().reader(),
                log.signer().keys(),
                Optional.empty(),
                CosignatureCheck.NONE,
                (done, size) -> told.add(size - done));

        assertThat(told).last().isEqualTo(0L);
    }

    private static Draft<String> entry(int number) {
        Entry entry = new Entry(
                "DECIDED",
                Instant.parse("2026-01-02T12:00:00Z"),
                List.of("decided/" + number),
                Set.of("history/a"),
                Map.of(Column.AGENT, "agent", Column.VERDICT, "allow"),
                JsonObject.builder().put("reason", "small").build(),
                "subject-1",
                List.of(new Input("facts", new JsonString("fact " + number), true)));
        return Draft.independent(new Settled<>(entry, ""));
    }
}
