package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.LogSigner;
import dev.writ.audit.MasterKey;
import dev.writ.audit.Settled;
import dev.writ.audit.SubjectKey;
import dev.writ.audit.VerifyResult;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Everything that somebody who can do anything in the database might edit: a superuser with the triggers off. The log has one
 * entry for each checkpoint, a tile, a cosignature of checkpoint 100, an erased subject, and results that expired below 20.
 */
class TamperMatrixTest {

    private static final int CALLS = 300;

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '~', textBlock = """
            0 ~ UPDATE log SET log_id = 2
            0 ~ UPDATE log SET origin = 'example.com/other'
            0 ~ UPDATE log SET vkey = 'example.com/writ+00000000+AA=='
            0 ~ INSERT INTO log SELECT 2, origin, vkey FROM log
            7 ~ UPDATE entry SET log_id = 2 WHERE idx = 7
            7 ~ UPDATE entry SET idx = 5000 WHERE idx = 7
            7 ~ UPDATE entry SET leaf_hash = sha256(leaf) WHERE idx = 7
            7 ~ UPDATE entry SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), 'small', 'large'), 'UTF8') WHERE idx = 7
            7 ~ UPDATE entry SET leaf = substr(leaf, 1, octet_length(leaf) - 1) WHERE idx = 7
            7 ~ UPDATE entry SET (leaf, leaf_hash) = (SELECT l, sha256('\\x00'::bytea || l) FROM convert_to(replace(convert_from(leaf, 'UTF8'), 'small', 'large'), 'UTF8') AS l) WHERE idx = 7
            7 ~ UPDATE entry SET kind = 'EXECUTED' WHERE idx = 7
            7 ~ UPDATE entry SET call = 'other' WHERE idx = 7
            7 ~ UPDATE entry SET verdict = 'deny' WHERE idx = 7
            7 ~ UPDATE entry SET agent = NULL WHERE idx = 7
            7 ~ UPDATE entry SET subject = 'other' WHERE idx = 7
            7 ~ UPDATE entry SET session = 'other' WHERE idx = 7
            7 ~ UPDATE entry SET tool = 'other' WHERE idx = 7
            7 ~ UPDATE entry SET rule = 'other' WHERE idx = 7
            7 ~ UPDATE entry SET bundle = 'other' WHERE idx = 7
            7 ~ UPDATE entry SET ts = ts + interval '1 microsecond' WHERE idx = 7
            7 ~ DELETE FROM entry WHERE idx = 7
            303 ~ DELETE FROM entry WHERE idx = 303
            303 ~ DELETE FROM entry WHERE idx = 303; DELETE FROM entry_key WHERE idx = 303
            304 ~ INSERT INTO entry SELECT log_id, 304, leaf_hash, leaf, kind, call, verdict, agent, subject, session, tool, rule, bundle, ts FROM entry WHERE idx = 7
            7 ~ UPDATE entry SET idx = 5000 WHERE idx = 7; UPDATE entry SET idx = 7 WHERE idx = 8; UPDATE entry SET idx = 8 WHERE idx = 5000
            7 ~ UPDATE entry a SET (leaf, leaf_hash) = (SELECT leaf, leaf_hash FROM entry b WHERE b.idx = 15 - a.idx) WHERE idx IN (7, 8)
            7 ~ UPDATE entry_key SET key = 'decided/other' WHERE idx = 7
            7 ~ UPDATE entry_key SET log_id = 2 WHERE idx = 7
            7 ~ UPDATE entry_key SET idx = 8 WHERE idx = 7
            7 ~ UPDATE entry_key SET leaf_hash = sha256('') WHERE idx = 7
            7 ~ DELETE FROM entry_key WHERE idx = 7
            7 ~ INSERT INTO entry_key SELECT 'decided/replayed', log_id, idx, leaf_hash FROM entry_key WHERE idx = 7
            7 ~ UPDATE entry_key SET (idx, leaf_hash) = (SELECT idx, leaf_hash FROM entry_key WHERE idx = 8) WHERE idx = 7
            6 ~ UPDATE checkpoint SET log_id = 2 WHERE size = 7
            6 ~ UPDATE checkpoint SET size = 5000 WHERE size = 7
            6 ~ UPDATE checkpoint SET prev_size = -1 WHERE size = 7
            6 ~ UPDATE checkpoint SET root = sha256('') WHERE size = 7
            6 ~ UPDATE checkpoint SET frontier = (SELECT frontier FROM checkpoint WHERE size = 6) WHERE size = 7
            6 ~ UPDATE checkpoint SET note = replace(note, 'example', 'Example') WHERE size = 7
            6 ~ UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 6) WHERE size = 7
            5 ~ DELETE FROM checkpoint WHERE size = 6
            0 ~ DELETE FROM checkpoint WHERE size = 0
            303 ~ DELETE FROM checkpoint WHERE size = 304
            304 ~ INSERT INTO checkpoint SELECT log_id, 305, 304, root, frontier, note FROM checkpoint WHERE size = 304
            0 ~ UPDATE tile SET log_id = 2
            0 ~ UPDATE tile SET level = 1
            0 ~ UPDATE tile SET n = 1
            7 ~ UPDATE tile SET hashes = set_byte(hashes, 7 * 32, 255 - get_byte(hashes, 7 * 32))
            256 ~ INSERT INTO tile SELECT log_id, 0, 1, hashes FROM tile
            0 ~ INSERT INTO tile SELECT log_id, 1, 0, hashes FROM tile
            100 ~ UPDATE cosignature SET log_id = 2
            0 ~ UPDATE cosignature SET size = 5000
            99 ~ UPDATE cosignature SET witness = 'example.com/other'
            99 ~ UPDATE cosignature SET line = replace(line, '=', '')
            99 ~ UPDATE cosignature SET line = line || ' '
            99 ~ UPDATE cosignature SET signed_at = signed_at + interval '1 second'
            99 ~ UPDATE cosignature SET signed_at = signed_at + interval '1 microsecond'
            7 ~ UPDATE input SET log_id = 2 WHERE idx = 7
            7 ~ UPDATE input SET idx = 5000 WHERE idx = 7
            7 ~ UPDATE input SET name = 'other' WHERE idx = 7
            7 ~ UPDATE input SET subject_key = 'person/a' WHERE idx = 7
            7 ~ UPDATE input SET followed = NOT followed WHERE idx = 7 AND name = 'facts'
            30 ~ UPDATE input SET followed = NOT followed WHERE idx = 30 AND name = 'result'
            7 ~ UPDATE input SET ciphertext = set_byte(ciphertext, 20, 255 - get_byte(ciphertext, 20)) WHERE idx = 7
            7 ~ UPDATE input a SET ciphertext = (SELECT ciphertext FROM input b WHERE b.idx = 15 - a.idx AND b.name = 'facts') WHERE idx IN (7, 8)
            7 ~ DELETE FROM input WHERE idx = 7 AND name = 'facts'
            30 ~ DELETE FROM input WHERE idx = 30 AND name = 'result'
            5 ~ INSERT INTO input SELECT log_id, 5, name, subject_key, followed, ciphertext FROM input WHERE idx = 7
            6 ~ UPDATE subject_key SET id = 'person/c' WHERE id = 'person/a'
            6 ~ UPDATE subject_key SET wrapped_key = set_byte(wrapped_key, 20, 255 - get_byte(wrapped_key, 20)) WHERE id = 'person/a'
            6 ~ UPDATE subject_key a SET wrapped_key = (SELECT wrapped_key FROM subject_key WHERE id = 'person/b') WHERE id = 'person/a'
            6 ~ UPDATE subject_key SET wrapped_key = NULL, destroyed_at = now() WHERE id = 'person/a'
            6 ~ UPDATE subject_key SET wrapped_key = NULL, destroyed_at = now() WHERE id = 'person/a'; DELETE FROM input WHERE subject_key = 'person/a'
            6 ~ DELETE FROM subject_key WHERE id = 'person/a'
            0 ~ UPDATE subject_key SET destroyed_at = destroyed_at + interval '1 microsecond' WHERE id = 'person/gone'
            0 ~ DELETE FROM subject_key WHERE id = 'person/gone'
            0 ~ UPDATE subject_key SET (wrapped_key, destroyed_at) = (SELECT wrapped_key, NULL::timestamptz FROM subject_key WHERE id = 'person/a') WHERE id = 'person/gone'
            0 ~ INSERT INTO subject_key VALUES ('person/new', '\\x00', NULL)
            0 ~ ALTER TABLE log ALTER vkey DROP NOT NULL; UPDATE log SET vkey = NULL
            0 ~ ALTER TABLE log ALTER origin DROP NOT NULL; UPDATE log SET origin = NULL
            7 ~ ALTER TABLE entry_key DROP CONSTRAINT whole_hash; UPDATE entry_key SET leaf_hash = '' WHERE idx = 7
            7 ~ ALTER TABLE entry_key DROP CONSTRAINT whole_hash; UPDATE entry_key SET leaf_hash = leaf_hash || '\\x00' WHERE idx = 7
            7 ~ ALTER TABLE entry_key ALTER leaf_hash DROP NOT NULL; UPDATE entry_key SET leaf_hash = NULL WHERE idx = 7
            304 ~ ALTER TABLE entry_key DROP CONSTRAINT whole_hash; INSERT INTO entry_key VALUES ('a', 1, 7000, '\\x00')
            7000 ~ ALTER TABLE entry_key ALTER log_id DROP NOT NULL; INSERT INTO entry_key VALUES ('a', NULL, 7000, sha256(''))
            7 ~ ALTER TABLE entry_key ALTER key TYPE text COLLATE "und-x-icu"; UPDATE entry_key SET key = 'Decided/7' WHERE idx = 7
            7 ~ ALTER TABLE entry DROP CONSTRAINT entry_leaf_hash_check; UPDATE entry SET leaf_hash = '\\x00' WHERE idx = 7
            7 ~ ALTER TABLE entry ALTER leaf_hash DROP NOT NULL; UPDATE entry SET leaf_hash = NULL WHERE idx = 7
            7 ~ ALTER TABLE entry ALTER leaf DROP NOT NULL; UPDATE entry SET leaf = NULL WHERE idx = 7
            7 ~ ALTER TABLE entry DROP CONSTRAINT entry_leaf_check; UPDATE entry SET leaf = '' WHERE idx = 7
            7 ~ ALTER TABLE entry ALTER kind DROP NOT NULL; UPDATE entry SET kind = NULL WHERE idx = 7
            7 ~ ALTER TABLE entry ALTER ts DROP NOT NULL; UPDATE entry SET ts = NULL WHERE idx = 7
            7 ~ UPDATE entry SET ts = 'infinity' WHERE idx = 7
            6 ~ ALTER TABLE checkpoint DROP CONSTRAINT checkpoint_root_check; UPDATE checkpoint SET root = '\\x00' WHERE size = 7
            6 ~ ALTER TABLE checkpoint ALTER root DROP NOT NULL; UPDATE checkpoint SET root = NULL WHERE size = 7
            6 ~ ALTER TABLE checkpoint ALTER frontier DROP NOT NULL; UPDATE checkpoint SET frontier = NULL WHERE size = 7
            6 ~ UPDATE checkpoint SET frontier = '\\x00' WHERE size = 7
            6 ~ ALTER TABLE checkpoint ALTER note DROP NOT NULL; UPDATE checkpoint SET note = NULL WHERE size = 7
            6 ~ UPDATE checkpoint SET note = '' WHERE size = 7
            255 ~ ALTER TABLE tile DROP CONSTRAINT tile_hashes_check; UPDATE tile SET hashes = substr(hashes, 1, 255 * 32)
            255 ~ ALTER TABLE tile ALTER hashes DROP NOT NULL; UPDATE tile SET hashes = NULL
            99 ~ ALTER TABLE cosignature ALTER line DROP NOT NULL; UPDATE cosignature SET line = NULL
            99 ~ ALTER TABLE cosignature ALTER signed_at DROP NOT NULL; UPDATE cosignature SET signed_at = NULL
            7 ~ UPDATE input SET ciphertext = '' WHERE idx = 7
            7 ~ ALTER TABLE input ALTER ciphertext DROP NOT NULL; UPDATE input SET ciphertext = NULL WHERE idx = 7
            7 ~ ALTER TABLE input ALTER subject_key DROP NOT NULL; UPDATE input SET subject_key = NULL WHERE idx = 7
            6 ~ UPDATE subject_key SET wrapped_key = '' WHERE id = 'person/a'
            """)
    void everyEditIsFoundAndNamed(long index, String edit) {
        assertThat(verifyAfter(edit))
                .isInstanceOfSatisfying(
                        VerifyResult.Broken.class,
                        broken -> assertThat(broken.index()).as(broken.what()).isEqualTo(index));
    }

    /** docs/audit-format.md names each of them. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '~', textBlock = """
            the newest checkpoints gone with all that belongs to them ~ DELETE FROM entry WHERE idx >= 302; DELETE FROM entry_key WHERE idx >= 302; DELETE FROM checkpoint WHERE size > 302
            a cosignature gone ~ DELETE FROM cosignature
            a cosignature of another checkpoint, to whoever has no key of the witness ~ UPDATE cosignature SET size = 101
            the newest tiles gone, which are written again ~ DELETE FROM tile
            the key of somebody of whom nothing is left ~ DELETE FROM subject_key WHERE id = 'person/idle'
            """)
    void whatCannotBeNoticedFromTheDatabaseAlone(String what, String edit) {
        assertThat(verifyAfter(edit)).as(what).isInstanceOf(VerifyResult.Intact.class);
    }

    private static VerifyResult verifyAfter(String edit) {
        TestDatabase copy = Prepared.LOG.database.copy();
        try {
            copy.execute("SET session_replication_role = replica; SET search_path = audit; " + edit);
            return PostgresVerifier.verify(
                    copy.reader(), Prepared.LOG.signer.keys(), Optional.of(Prepared.LOG.masterKey));
        } finally {
            copy.drop();
        }
    }

    private static final class Prepared {
        static final Prepared LOG = prepare();

        private final TestDatabase database = TestDatabase.create();
        private final LogSigner signer = LogSigner.generate("example.com/writ", new SecureRandom());
        private final MasterKey masterKey = MasterKey.generate(new SecureRandom());

        private static Prepared prepare() {
            Prepared prepared = new Prepared();
            try {
                prepared.fill();
                return prepared;
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        }

        private void fill() throws Exception {
            Vertx vertx = Vertx.vertx();
            Path folder = Files.createTempDirectory(Path.of("target"), "matrix");
            PostgresAuditLog log = PostgresAuditLog.open(
                            vertx,
                            new PostgresAuditLog.Settings(
                                    database.writer(),
                                    "one",
                                    signer,
                                    masterKey,
                                    folder.resolve("high-water-mark"),
                                    PostgresAuditLog.Limits.DEFAULT,
                                    InstantSource.system(),
                                    AuditMetrics.NONE))
                    .await()
                    .atMost(TestLog.SOON);
            for (int i = 0; i < CALLS; i++) {
                // Entry 5 has no inputs.
                String subject = i < 6 ? "person/gone" : i % 2 == 0 ? "person/a" : "person/b";
                append(log, call(i, subject, i == 5 ? List.of() : inputs(i)));
            }
            append(log, Orders.erasure("person/gone"));
            append(log, Orders.resultsExpired(20));
            append(log, Orders.entry("STARTED", "writ", JsonObject.empty()));
            append(log, call(CALLS, "writ", List.of()));
            Eraser eraser = Eraser.open(vertx, database.access().eraser());
            assertThat(eraser.erase(CALLS).await().atMost(TestLog.SOON)).isPositive();
            assertThat(eraser.expire(CALLS + 1).await().atMost(TestLog.SOON)).isPositive();
            eraser.close();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> database.execute("DO $$ BEGIN"
                            + " ASSERT (SELECT count(*) FROM audit.tile) = 1, 'the tile is written'; END $$"));
            log.close();
            database.execute(
                    "INSERT INTO audit.cosignature VALUES (1, 100, 'example.com/witness', '" + cosignature()
                            + "', to_timestamp(" + Orders.NOON.getEpochSecond() + "))",
                    "INSERT INTO audit.subject_key VALUES ('person/idle', '\\x"
                            + HexFormat.of()
                                    .formatHex(masterKey.wrap(SubjectKey.generate("person/idle", new SecureRandom())))
                            + "', NULL)");
            vertx.close().toCompletionStage().toCompletableFuture().get();
        }

        /** Well-formed; nobody here has the witness's key. */
        private static String cosignature() {
            byte[] bytes = ByteBuffer.allocate(4 + 8 + 64)
                    .putInt(1)
                    .putLong(Orders.NOON.getEpochSecond())
                    .array();
            return "\u2014 example.com/witness " + Base64.getEncoder().encodeToString(bytes);
        }

        private static List<Input> inputs(int number) {
            return List.of(
                    new Input("facts", new JsonString("facts " + number), true),
                    new Input("result", new JsonString("result " + number), false));
        }

        private static Entry call(int number, String subject, List<Input> inputs) {
            return new Entry(
                    "DECIDED",
                    Instant.parse("2026-01-02T12:00:00Z"),
                    List.of("decided/" + number),
                    Set.of("history/a"),
                    Map.of(Column.AGENT, "agent", Column.VERDICT, "allow"),
                    JsonObject.builder().put("reason", "small").build(),
                    subject,
                    inputs);
        }

        private static void append(PostgresAuditLog log, Entry entry) {
            log.append(Draft.independent(new Settled<>(entry, ""))).await().atMost(TestLog.SOON);
        }
    }
}
