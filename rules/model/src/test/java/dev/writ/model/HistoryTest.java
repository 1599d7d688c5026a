package dev.writ.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class HistoryTest {

    private static final ToolName REFUND = ToolName.parse("billing.refund");
    private static final ToolName SEARCH = ToolName.parse("billing.search");
    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    private static Past past(ToolName tool, long index) {
        return new Past(
                index,
                CallId.mint(START.plusSeconds(index), new Random(index)),
                tool,
                JsonObject.empty(),
                START.plusSeconds(index),
                Effect.ALLOW,
                Outcome.PENDING,
                JsonObject.empty(),
                Set.of("confidential"),
                Optional.empty());
    }

    private static History refunds(int count) {
        return History.of(LongStream.range(0, count)
                .mapToObj(index -> past(REFUND, index))
                .toList());
    }

    private static List<Long> indices(History history, ToolName tool) {
        List<Long> indices = new ArrayList<>();
        history.forEach(tool, call -> indices.add(call.index()));
        return indices;
    }

    private static Past succeeded(Past past) {
        return past.ended(Outcome.SUCCEEDED, JsonObject.empty());
    }

    @Test
    void knowsNothingAtFirst() {
        assertThat(History.empty().size()).isZero();
        assertThat(History.empty().toList()).isEmpty();
        assertThat(History.empty().newest(call -> true)).isNull();
        assertThat(History.empty().newest(REFUND, call -> true)).isNull();
        assertThat(History.empty().completeSince()).isEqualTo(Instant.MIN);
    }

    @Test
    void keepsCallsByToolOldestFirst() {
        History history = History.of(List.of(past(SEARCH, 1), past(REFUND, 2), past(SEARCH, 3)));
        assertThat(indices(history, SEARCH)).containsExactly(1L, 3L);
        assertThat(indices(history, REFUND)).containsExactly(2L);
        assertThat(history.toList()).extracting(Past::index).containsExactly(1L, 2L, 3L);
    }

    @Test
    void visitsEveryCallOnce() {
        List<Long> visited = new ArrayList<>();
        History.of(List.of(past(SEARCH, 1), past(REFUND, 2), past(SEARCH, 3)))
                .forEach(call -> visited.add(call.index()));
        assertThat(visited).containsExactly(2L, 1L, 3L);
    }

    /** Chunks hold 64 calls, so every count around multiples of that is tried. */
    @Test
    void holdsAnyNumberOfCalls() {
        History history = History.empty();
        for (int count = 0; count <= 200; count++) {
            assertThat(history.size()).isEqualTo(count);
            assertThat(indices(history, REFUND))
                    .isEqualTo(LongStream.range(0, count).boxed().toList());
            history = history.plus(past(REFUND, count));
        }
    }

    @Test
    void isNeverChangedByItsSuccessors() {
        for (int count : new int[] {0, 1, 63, 64, 65, 128}) {
            History before = refunds(count);
            History one = before.plus(past(REFUND, count));
            History other = before.plus(past(REFUND, count + 7));
            before.replace(REFUND, 0, HistoryTest::succeeded);
            assertThat(before.toList()).hasSize(count).noneMatch(call -> call.outcome() == Outcome.SUCCEEDED);
            assertThat(one.toList()).last().extracting(Past::index).isEqualTo((long) count);
            assertThat(other.toList()).last().extracting(Past::index).isEqualTo((long) count + 7);
        }
    }

    @Test
    void replacesExactlyTheCallOfThatIndex() {
        for (long index : new long[] {0, 63, 64, 129}) {
            History changed = refunds(130).replace(REFUND, index, HistoryTest::succeeded);
            assertThat(changed.size()).isEqualTo(130);
            assertThat(changed.toList())
                    .filteredOn(call -> call.outcome() == Outcome.SUCCEEDED)
                    .extracting(Past::index)
                    .containsExactly(index);
        }
    }

    @Test
    void findsCallsThatAreFarApartInTheLog() {
        History history = History.of(List.of(past(REFUND, 3), past(REFUND, 1_000), past(REFUND, 5_000_000_000L)));
        assertThat(history.replace(REFUND, 5_000_000_000L, HistoryTest::succeeded)
                        .newest(call -> call.outcome() == Outcome.SUCCEEDED))
                .extracting(Past::index)
                .isEqualTo(5_000_000_000L);
    }

    @Test
    void staysAsItIsWhenTheCallToReplaceIsNotHere() {
        History history = refunds(3);
        assertThat(history.replace(REFUND, 3, HistoryTest::succeeded)).isSameAs(history);
        assertThat(history.replace(SEARCH, 1, HistoryTest::succeeded)).isSameAs(history);
    }

    @Test
    void makesNoOtherCallOfACall() {
        assertThatIllegalArgumentException().isThrownBy(() -> refunds(3).replace(REFUND, 1, call -> past(REFUND, 2)));
        assertThatIllegalArgumentException().isThrownBy(() -> refunds(3).replace(REFUND, 1, call -> past(SEARCH, 1)));
    }

    @Test
    void losesExactlyTheCallOfThatIndex() {
        for (int count : new int[] {1, 64, 65, 130}) {
            for (long index : new long[] {0, count / 2, count - 1}) {
                History before = refunds(count);
                History after = before.without(REFUND, index);
                assertThat(indices(after, REFUND))
                        .isEqualTo(LongStream.range(0, count)
                                .filter(kept -> kept != index)
                                .boxed()
                                .toList());
                assertThat(after.size()).isEqualTo(count - 1);
                assertThat(indices(after.plus(past(REFUND, count)), REFUND)).hasSize(count);
                assertThat(before.size()).isEqualTo(count);
            }
        }
        assertThat(refunds(3).without(REFUND, 3).size()).isEqualTo(3);
    }

    @Test
    void takesCallsInTheOrderOfTheLogOnly() {
        assertThatIllegalArgumentException().isThrownBy(() -> refunds(3).plus(past(REFUND, 2)));
        assertThatIllegalArgumentException().isThrownBy(() -> refunds(3).plus(past(REFUND, 0)));
    }

    @Test
    void findsTheNewestCallThatSatisfies() {
        History history = History.of(List.of(past(SEARCH, 1), past(REFUND, 2), past(SEARCH, 3), past(REFUND, 4)));
        assertThat(history.newest(call -> true)).extracting(Past::index).isEqualTo(4L);
        assertThat(history.newest(call -> call.index() < 4))
                .extracting(Past::index)
                .isEqualTo(3L);
        assertThat(history.newest(REFUND, call -> call.index() < 4))
                .extracting(Past::index)
                .isEqualTo(2L);
        assertThat(history.newest(SEARCH, call -> call.index() > 3)).isNull();
    }

    @Test
    void neverBecomesMoreCompleteThanItWas() {
        History history = History.empty().truncatedBefore(START.plusSeconds(10));
        assertThat(history.truncatedBefore(START).completeSince()).isEqualTo(START.plusSeconds(10));
        assertThat(history.truncatedBefore(START.plusSeconds(20)).completeSince())
                .isEqualTo(START.plusSeconds(20));
    }

    @Test
    void staysIncompleteAsItGrows() {
        History history = refunds(3).truncatedBefore(START).plus(past(REFUND, 3));
        assertThat(history.completeSince()).isEqualTo(START);
        assertThat(history.replace(REFUND, 1, HistoryTest::succeeded).completeSince())
                .isEqualTo(START);
    }

    @Test
    void endsACallWithoutLosingItsLabels() {
        Past ended = past(REFUND, 1)
                .ended(Outcome.SUCCEEDED, JsonObject.builder().put("id", "r1").build());
        assertThat(ended.outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(ended.extracts().text("id")).contains("r1");
        assertThat(ended.labels()).containsExactly("confidential");
    }
}
