package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.PrunedException;
import dev.writ.audit.Settled;
import dev.writ.audit.StaticLogVerifier;
import dev.writ.audit.TileProver;
import dev.writ.audit.TlogProof;
import dev.writ.audit.VerifyResult;
import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresTileSourceTest {

    @RegisterExtension
    private final TestLog log = new TestLog();

    @Test
    void publicFormOfADatabaseIsTheSameLog() {
        append(600);

        try (PostgresTileSource source = PostgresTileSource.open(log.database().reader())) {
            assertThat(StaticLogVerifier.verify(source, log.verifierKey(), StaticLogVerifier.Options.DEFAULT))
                    .isEqualTo(new VerifyResult.Intact(600, source.checkpoint()));
        }
    }

    @Test
    void proofsFromTheDatabaseNeedNothingButTheKey() {
        append(300);

        try (PostgresTileSource source = PostgresTileSource.open(log.database().reader())) {
            List<Long> decisions = source.entriesOf("call-7", true);
            assertThat(decisions).hasSize(1);
            assertThat(source.entriesOf("call-7", false)).hasSize(2).containsAll(decisions);
            for (long index : source.entriesOf("call-7", false)) {
                TlogProof proof = TlogProof.parse(TileProver.of(source, source.checkpointFor(index))
                        .prove(index)
                        .toText());

                assertThat(proof.verify(log.verifierKey()).size()).isEqualTo(300);
                assertThat(proof.leaf().orElseThrow().entry().column(Column.CALL))
                        .contains("call-7");
            }
        }
    }

    @Test
    void provesWithTheNewestCheckpointThatMostWitnessesCosigned() {
        append(3);
        List<Long> sizes = new ArrayList<>();
        try (PostgresTileSource source = PostgresTileSource.open(log.database().reader())) {
            for (long size = 1; size <= 3; size++) {
                source.checkpoint(size).map(Checkpoint::size).ifPresent(sizes::add);
            }
        }
        long witnessed = sizes.get(0);
        append(2);
        String line = "\u2014 witness.test " + "A".repeat(96);
        log.edit("INSERT INTO audit.cosignature VALUES (1, " + witnessed + ", 'witness.test', '" + line + "', now())");

        try (PostgresTileSource source = PostgresTileSource.open(log.database().reader())) {
            assertThat(source.checkpointFor(0))
                    .isEqualTo(source.checkpoint(witnessed).orElseThrow());
            assertThat(source.checkpointFor(0).note()).endsWith(line + "\n");
            assertThat(source.checkpointFor(witnessed)).isEqualTo(source.checkpoint());
        }
    }

    @Test
    void storedTilesStandInForLeavesThatWerePruned() {
        append(600);
        String tile;
        try (PostgresTileSource source = PostgresTileSource.open(log.database().reader())) {
            tile = java.util.HexFormat.of().formatHex(source.read("tile/0/000").orElseThrow());
        }
        // Unless it is written already.
        log.edit("INSERT INTO audit.tile VALUES (1, 0, 0, '\\x" + tile + "') ON CONFLICT DO NOTHING;"
                + " DELETE FROM audit.entry WHERE idx = 7");

        try (PostgresTileSource source = PostgresTileSource.open(log.database().reader())) {
            TileProver prover = TileProver.of(source, source.checkpoint());
            assertThat(prover.prove(300).verify(log.verifierKey()).size()).isEqualTo(600);
            assertThatThrownBy(() -> prover.prove(7)).isInstanceOf(PrunedException.class);
        }
    }

    private void append(int count) {
        List<CompletableFuture<?>> appended = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            appended.add(log.log().append(entry(i)).subscribeAsCompletionStage());
        }
        appended.forEach(CompletableFuture::join);
    }

    private static Draft<String> entry(int number) {
        Entry entry = new Entry(
                number % 2 == 0 ? "EXECUTED" : "DECIDED",
                Instant.parse("2026-01-02T12:00:00Z"),
                List.of(),
                Set.of(),
                Map.of(Column.CALL, "call-" + (number / 2 + (number % 2 == 0 ? 1 : 0))),
                JsonObject.builder().put("number", number).build(),
                "",
                List.of());
        return Draft.independent(new Settled<>(entry, ""));
    }
}
