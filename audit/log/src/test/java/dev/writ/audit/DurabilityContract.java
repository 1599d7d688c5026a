package dev.writ.audit;

import static dev.writ.audit.LogUnderTest.await;
import static dev.writ.audit.LogUnderTest.created;
import static dev.writ.audit.LogUnderTest.indices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An entry, once its receipt came: where it is, and how that is proved. */
interface DurabilityContract extends LogUnderTest {

    @Test
    default void startsWithASignedCheckpointOfNothing() {
        Checkpoint head = await(reader().checkpoint());

        assertThat(head.size()).isZero();
        assertThat(verifierKey().verify(head.note())).isEqualTo(head);
        assertThat(await(reader().at(0))).isEmpty();
        assertThat(log().tail().size()).isZero();
    }

    @Test
    default void entryIsDurableWhenItsReceiptComes() {
        Receipt.Created<String> created = append(Entries.keyed("DECIDED", "decided/1"));

        Recorded read = await(reader().at(created.recorded().index())).orElseThrow();
        assertThat(read).isEqualTo(created.recorded());
        assertThat(await(reader().checkpoint()).size()).isGreaterThan(read.index());
    }

    @Test
    default void numbersEntriesFromZeroWithoutGaps() {
        List<CompletableFuture<Receipt<String>>> started = IntStream.range(0, 300)
                .mapToObj(i -> start(Entries.plain("E" + i)))
                .toList();

        List<Long> indices = started.stream()
                .map(receipt -> created(receipt).recorded().index())
                .sorted()
                .toList();
        assertThat(indices).containsExactlyElementsOf(indices(300));
    }

    @Test
    default void checkpointInTheReceiptVerifiesAndCoversTheEntry() {
        append(Entries.plain("A"));

        Receipt.Created<String> created = append(Entries.plain("B"));

        Checkpoint checkpoint = created.checkpoint();
        assertThat(verifierKey().verify(checkpoint.note())).isEqualTo(checkpoint);
        assertThat(checkpoint.size()).isGreaterThan(created.recorded().index());
    }

    @Test
    default void everyEntryHasAProofInEveryLaterTree() {
        List<Recorded> recorded = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            recorded.add(append(Entries.plain("E" + i)).recorded());
        }

        for (Recorded entry : recorded) {
            for (long size = entry.index() + 1; size <= 9; size++) {
                TlogProof proof = TlogProof.parse(await(reader().proof(entry.index(), size)));
                assertThat(proof.index()).isEqualTo(entry.index());
                assertThat(proof.verify(verifierKey(), entry.leafHash()).size()).isGreaterThanOrEqualTo(size);
            }
        }
    }

    @Test
    default void refusesAProofForATreeThatIsNotThere() {
        append(Entries.plain("A"));

        assertThatThrownBy(() -> await(reader().proof(0, 2))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> await(reader().proof(1, 1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> await(reader().proof(-1, 1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    default void leafHashIsThatOfTheEntry() {
        Entry entry = Entries.keyed("DECIDED", "decided/1", "client/a/b");

        Recorded recorded = append(entry).recorded();

        Digest expected = Digest.fromBytes(Leaf.of(entry, Map.of()).hash());
        assertThat(recorded.leafHash()).isEqualTo(expected);
        assertThat(await(reader().byKey("client/a/b")).orElseThrow().leafHash()).isEqualTo(expected);
    }

    @Test
    default void handsBackTheOutcomeOfTheSettlement() {
        Receipt.Created<String> created =
                created(start(Draft.independent(new Settled<>(Entries.plain("A"), "outcome"))));

        assertThat(created.outcome()).isEqualTo("outcome");
    }
}
