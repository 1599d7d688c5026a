package dev.writ.audit;

import static dev.writ.audit.LogUnderTest.await;
import static dev.writ.audit.LogUnderTest.created;
import static dev.writ.audit.LogUnderTest.facts;
import static dev.writ.audit.LogUnderTest.indices;
import static dev.writ.audit.LogUnderTest.together;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonString;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The order of the log is a legal serial execution. */
interface SettlingContract extends LogUnderTest {

    @Test
    default void settlesWithWhatTouchedItsTopicsSinceItRead() {
        Set<String> topics = Set.of("history/a", "history/b");
        append(Entries.touching("BEFORE", topics));
        long readAt = log().tail().size();
        append(Entries.touching("FIRST", Set.of("history/a"), facts("one")));
        append(Entries.touching("ELSEWHERE", Set.of("history/c")));
        append(Entries.touching("SECOND", Set.of("history/b", "history/c"), facts("two")));
        Witness settlement = new Witness("MINE", Set.of());

        created(start(new Draft<>(topics, readAt, settlement)));

        assertThat(settlement.lastSeen())
                .extracting(entry -> entry.entry().kind())
                .containsExactly("FIRST", "SECOND");
        assertThat(settlement.lastSeen()).extracting(Recorded::index).containsExactly(1L, 3L);
        assertThat(settlement.lastSeen())
                .extracting(entry -> entry.entry().input("facts"))
                .containsExactly(Optional.of(new JsonString("one")), Optional.of(new JsonString("two")));
    }

    @Test
    default void settlesWithWhatCameBeforeItInTheSameBatch() {
        long readAt = log().tail().size();
        List<Witness> settlements = IntStream.range(0, 20)
                .mapToObj(i -> new Witness("W" + i, Set.of("history/a"), facts("by W" + i)))
                .toList();
        List<CompletableFuture<Receipt<String>>> started = settlements.stream()
                .map(settlement -> start(new Draft<>(Set.of("history/a"), readAt, settlement)))
                .toList();

        for (int i = 0; i < settlements.size(); i++) {
            long index = created(started.get(i)).recorded().index();
            List<Recorded> before = settlements.get(i).lastSeen();
            assertThat(before).extracting(Recorded::index).containsExactlyElementsOf(indices(index));
            assertThat(before)
                    .allSatisfy(recorded -> assertThat(recorded.entry().input("facts"))
                            .contains(new JsonString("by " + recorded.entry().kind())));
        }
    }

    @Test
    default void settlesOnceWhenNothingTouchedItsTopics() {
        append(Entries.touching("BEFORE", Set.of("history/a")));
        long readAt = log().tail().size();
        append(Entries.touching("ELSEWHERE", Set.of("history/b")));
        Witness settlement = new Witness("MINE", Set.of());

        created(start(new Draft<>(Set.of("history/a"), readAt, settlement)));

        assertThat(settlement.seen()).containsExactly(List.of());
    }

    @Test
    default void writesWhatTheLastSettlementCameTo() {
        long readAt = log().tail().size();
        append(Entries.touching("FIRST", Set.of("history/a")));
        Settlement<Integer> counting = since -> new Settled<>(
                Entries.plain("SAW_" + since.size()), List.of(rowLabelled("saw " + since.size())), since.size());

        Receipt.Created<Integer> created = created(start(new Draft<>(Set.of("history/a"), readAt, counting)));

        assertThat(created.outcome()).isEqualTo(1);
        assertThat(created.recorded().entry().kind()).isEqualTo("SAW_1");
        assertThat(rows()).extracting(AppliedRow::label).containsExactly("saw 1");
    }

    @Test
    default void neverOverspendsABudget() {
        int budget = 100;
        Budget seen = new Budget();
        log().tail().subscribe(seen::follow);

        List<Receipt<Boolean>> receipts = together(1_000, i -> {
            long readAt = log().tail().size();
            long spent = seen.spentBefore(readAt);
            return log().append(new Draft<>(Set.of(Budget.TOPIC), readAt, since -> seen.spend(spent, since, budget)));
        });

        assertThat(receipts).hasSize(1_000);
        assertThat(await(reader().find(new QueryBuilder().kinds("SPENT").build())))
                .hasSize(budget);
        assertThat(await(reader().find(new QueryBuilder().kinds("REFUSED").build())))
                .hasSize(1_000 - budget);
    }
}
