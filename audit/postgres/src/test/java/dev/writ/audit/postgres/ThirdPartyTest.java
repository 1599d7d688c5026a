package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.writ.audit.Draft;
import dev.writ.audit.Entries;
import dev.writ.audit.Receipt;
import dev.writ.audit.Settled;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What programs that are not ours say of a log of 600 entries. */
@SuppressWarnings("NullAway.Init") // JUnit makes the folder
class ThirdPartyTest {

    private static final int SIZE = 600;

    @RegisterExtension
    private final TestLog log = new TestLog();

    @TempDir
    private Path folder;

    @BeforeEach
    void append() {
        for (int from = 0; from < SIZE; from += 100) {
            List<CompletableFuture<Receipt<String>>> started = IntStream.range(from, from + 100)
                    .mapToObj(i -> log.log()
                            .append(Draft.independent(new Settled<>(Entries.keyed("DECIDED", "decided/" + i), "")))
                            .subscribeAsCompletionStage())
                    .toList();
            started.forEach(CompletableFuture::join);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isSatisfiedWithTheLog(ThirdParty party) {
        requirePresent(party);

        assertThat(check(party)).isEqualTo(Verdict.SATISFIED);
    }

    @ParameterizedTest
    @EnumSource
    void noticesACheckpointThatSaysSomethingElse(ThirdParty party) {
        requirePresent(party);
        log.edit("UPDATE audit.checkpoint SET note = replace(note, E'writ\\n', E'Writ\\n') WHERE size = 600");

        assertThat(check(party)).isEqualTo(Verdict.OFFENDED);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '~', textBlock = """
                    GO       ~ UPDATE audit.entry SET leaf = set_byte(leaf, 9, 255 - get_byte(leaf, 9)) WHERE idx = 400
                    SIGSTORE ~ UPDATE audit.entry SET leaf = set_byte(leaf, 9, 255 - get_byte(leaf, 9)) WHERE idx = 400
                    GO       ~ UPDATE audit.entry SET leaf = substr(leaf, 2) WHERE idx = 599
                    GO       ~ UPDATE audit.entry SET (leaf, leaf_hash) = (SELECT l, sha256('\\x00'::bytea || l) FROM set_byte(leaf, 9, 0) AS l) WHERE idx = 0
                    SIGSTORE ~ UPDATE audit.entry SET (leaf, leaf_hash) = (SELECT l, sha256('\\x00'::bytea || l) FROM set_byte(leaf, 9, 0) AS l) WHERE idx = 0
                    GO       ~ UPDATE audit.entry SET idx = CASE idx WHEN 5 THEN 1000 ELSE 5 END WHERE idx IN (5, 6); UPDATE audit.entry SET idx = 6 WHERE idx = 1000
                    SIGSTORE ~ UPDATE audit.entry SET idx = CASE idx WHEN 5 THEN 1000 ELSE 5 END WHERE idx IN (5, 6); UPDATE audit.entry SET idx = 6 WHERE idx = 1000
                    GO       ~ DELETE FROM audit.entry WHERE idx = 300
                    GO       ~ DELETE FROM audit.entry WHERE idx = 599
                    """)
    void noticesAnotherTree(ThirdParty party, String edit) {
        requirePresent(party);
        log.edit(edit);

        assertThat(check(party)).isEqualTo(Verdict.OFFENDED);
    }

    private enum Verdict {
        SATISFIED,
        OFFENDED
    }

    private Verdict check(ThirdParty party) {
        TileFolder tiles = TileFolder.write(log.database().reader(), log.verifierKey(), folder);
        Tool.Result result = party.check(tiles.folder(), tiles.claims());
        System.out.println(party + ": " + result.said());
        return result.isSuccess() ? Verdict.SATISFIED : Verdict.OFFENDED;
    }

    private static void requirePresent(ThirdParty party) {
        assumeThat(party.absence()).as("why it cannot be asked").isEmpty();
    }
}
