package dev.writ.audit;

import static dev.writ.audit.LogUnderTest.done;
import static dev.writ.audit.LogUnderTest.draft;
import static dev.writ.audit.LogUnderTest.facts;
import static dev.writ.audit.LogUnderTest.indices;
import static dev.writ.audit.LogUnderTest.together;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonString;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The tail tells everything, once, in order and in time. */
interface TailContract extends LogUnderTest {

    @Test
    default void tailDeliversEveryEntryOnceAndInOrder() {
        List<Long> delivered = new CopyOnWriteArrayList<>();
        log().tail().subscribe(recorded -> delivered.add(recorded.index()));

        together(300, i -> log().append(draft(Entries.plain("E" + i))));

        assertThat(delivered).containsExactlyElementsOf(indices(300));
        assertThat(log().tail().size()).isEqualTo(300);
    }

    @Test
    default void tailDeliversAnEntryBeforeItsReceipt() {
        List<Long> delivered = new CopyOnWriteArrayList<>();
        log().tail().subscribe(recorded -> delivered.add(recorded.index()));

        CompletableFuture<Boolean> wasDelivered = log().append(draft(Entries.plain("A")))
                .map(receipt -> receipt.fold(
                        created -> delivered.contains(created.recorded().index()), existing -> false))
                .subscribeAsCompletionStage();

        assertThat(done(wasDelivered)).isTrue();
    }

    @Test
    default void tailDeliversWhatIsFollowed() {
        List<Recorded> delivered = new CopyOnWriteArrayList<>();
        log().tail().subscribe(delivered::add);

        Recorded recorded =
                append(Entries.touching("A", Set.of("history/a"), facts("one"))).recorded();

        assertThat(delivered).extracting(Recorded::leafHash).containsExactly(recorded.leafHash());
        assertThat(delivered.get(0).entry().topics()).containsExactly("history/a");
        assertThat(delivered.get(0).entry().input("facts")).contains(new JsonString("one"));
    }

    @Test
    default void tailDeliversNothingAfterTheSubscriptionEnded() {
        List<Long> delivered = new CopyOnWriteArrayList<>();
        Runnable stop = log().tail().subscribe(recorded -> delivered.add(recorded.index()));
        append(Entries.plain("A"));
        stop.run();

        append(Entries.plain("B"));

        assertThat(delivered).containsExactly(0L);
    }
}
