package dev.writ.audit;

import static dev.writ.audit.LogUnderTest.await;
import static dev.writ.audit.LogUnderTest.created;
import static dev.writ.audit.LogUnderTest.done;
import static dev.writ.audit.LogUnderTest.draft;
import static dev.writ.audit.LogUnderTest.together;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** No two entries share a key. */
interface KeysContract extends LogUnderTest {

    @Test
    default void findsAnEntryByEachOfItsKeys() {
        append(Entries.plain("A"));
        Recorded recorded = append(Entries.keyed("B", "one", "two")).recorded();

        assertThat(await(reader().byKey("one"))).contains(recorded);
        assertThat(await(reader().byKey("two"))).contains(recorded);
        assertThat(await(reader().byKey("three"))).isEmpty();
    }

    @Test
    default void secondEntryWithAKeyIsNotWritten() {
        append(Entries.plain("A"));
        append(Entries.keyed("B", "decided/1", "client/a"));

        Receipt<String> second = done(start(Entries.keyed("C", "fresh", "client/a"), rowLabelled("second")));

        assertThat(second).isEqualTo(new Receipt.Existing<>("client/a", 1));
        assertThat(await(reader().checkpoint()).size()).isEqualTo(2);
        assertThat(await(reader().byKey("fresh"))).isEmpty();
        assertThat(rows()).isEmpty();
    }

    @Test
    default void ofTwoAtOnceWithAKeyOneIsWritten() {
        CompletableFuture<Receipt<String>> first = start(Entries.keyed("A", "same"), rowLabelled("A"));
        CompletableFuture<Receipt<String>> second = start(Entries.keyed("B", "same"), rowLabelled("B"));

        List<Receipt<String>> receipts = List.of(done(first), done(second));
        Recorded written = await(reader().byKey("same")).orElseThrow();
        assertThat(receipts).filteredOn(Receipt.Created.class::isInstance).hasSize(1);
        assertThat(receipts).contains(new Receipt.Existing<>("same", 0));
        assertThat(rows())
                .containsExactly(
                        new AppliedRow(0, written.leafHash(), written.entry().kind()));
    }

    @Test
    default void ofManyThreadsWithAKeyOneWrites() {
        List<Receipt<String>> receipts = together(200, i -> log().append(draft(Entries.keyed("A", "same"))));

        List<Receipt<String>> created =
                receipts.stream().filter(Receipt.Created.class::isInstance).toList();
        assertThat(created).hasSize(1);
        long index = created.get(0).fold(winner -> winner.recorded().index(), Receipt.Existing::index);
        assertThat(receipts)
                .filteredOn(Receipt.Existing.class::isInstance)
                .hasSize(199)
                .containsOnly(new Receipt.Existing<>("same", index));
        assertThat(await(reader().checkpoint()).size()).isEqualTo(1);
    }
}
