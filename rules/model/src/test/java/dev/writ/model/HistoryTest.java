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
        assertThat(History.empty().calls()).isEmpty();
        assertThat(History.empty().calls(REFUND)).isEmpty();
        assertThat(History.empty().newest(3).size()).isZero();
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

    /** Leaves hold 8 calls and branches 8 parts, so every count around multiples of both is tried. */
    @Test
    void holdsAnyNumberOfCalls() {
        History history = History.empty();
        for (int count = 0; count <= 300; count++) {
            assertThat(history.size()).isEqualTo(count);
            assertThat(indices(history, REFUND))
                    .isEqualTo(LongStream.range(0, count).boxed().toList());
            history = history.plus(past(REFUND, count));
        }
    }

    @Test
    void isNeverChangedByItsSuccessors() {
        for (int count : new int[] {0, 1, 7, 8, 9, 63, 64, 65, 512, 4_096}) {
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
        for (long index : new long[] {0, 15, 16, 129, 299}) {
            History changed = refunds(300).replace(REFUND, index, HistoryTest::succeeded);
            assertThat(changed.size()).isEqualTo(300);
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
                        .toList())
                .filteredOn(call -> call.outcome() == Outcome.SUCCEEDED)
                .extracting(Past::index)
                .containsExactly(5_000_000_000L);
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
        for (int count : new int[] {1, 16, 17, 256, 257, 300}) {
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
    void keepsTheNewestCallsAndKnowsFromWhenOnTheyAreAll() {
        for (int count : new int[] {3, 17, 300, 1_000}) {
            for (int length : new int[] {1, 2, 16, 200, 900}) {
                History all = History.of(LongStream.range(0, count)
                        .mapToObj(index -> past(index % 3 == 0 ? SEARCH : REFUND, index))
                        .toList());
                History newest = all.newest(length);
                int dropped = Math.max(0, count - length);
                assertThat(newest.size()).isEqualTo(count - dropped);
                assertThat(newest.toList()).isEqualTo(all.toList().subList(dropped, count));
                assertThat(newest.completeSince())
                        .isEqualTo(
                                dropped == 0
                                        ? Instant.MIN
                                        : START.plusSeconds(dropped - 1L).plusNanos(1_000));
                assertThat(indices(newest.plus(past(REFUND, count)), REFUND)).endsWith((long) count);
            }
        }
    }

    @Test
    void keepsNoMoreThanWeighsSoMuch() {
        History all = History.of(LongStream.range(0, 300)
                .mapToObj(index -> past(index % 3 == 0 ? SEARCH : REFUND, index)
                        .ended(
                                Outcome.SUCCEEDED,
                                JsonObject.builder()
                                        .put("text", "x".repeat((int) index))
                                        .build()))
                .toList());
        assertThat(all.weight())
                .isEqualTo(all.toList().stream().mapToLong(Past::weight).sum());
        for (long most : new long[] {0, 1_000, 20_000, 100_000, 1_000_000}) {
            History newest = all.newest(250, most);
            List<Past> expected = new ArrayList<>(all.toList());
            while (expected.size() > 250
                    || expected.stream().mapToLong(Past::weight).sum() > most) {
                expected.remove(0);
            }
            assertThat(newest.toList()).isEqualTo(expected);
            assertThat(newest.weight())
                    .isEqualTo(expected.stream().mapToLong(Past::weight).sum());
            assertThat(newest.completeSince())
                    .isEqualTo(START.plusSeconds(299L - expected.size()).plusNanos(1_000));
        }
    }

    @Test
    void aCallThatCannotBeReadPutsInDoubtWhatIsAskedAboutItsToolAlone() {
        History history = refunds(3).unreadableAt(REFUND, START.plusSeconds(1)).truncatedBefore(START);
        assertThat(history.completeSince(REFUND)).isEqualTo(START.plusSeconds(1).plusNanos(1_000));
        assertThat(history.completeSince(SEARCH)).isEqualTo(START);
        assertThat(history.completeSince()).isEqualTo(history.completeSince(REFUND));
        assertThat(history.everyCallSince()).isEqualTo(START);
        assertThat(history.unreadableAt(REFUND, START).completeSince(REFUND)).isEqualTo(history.completeSince(REFUND));
        assertThat(history.newest(2).without(REFUND, 1).completeSince(REFUND)).isAfter(START);
        assertThat(history.truncatedBefore(START.plusSeconds(5)).completeSince(REFUND))
                .isEqualTo(START.plusSeconds(5));
    }

    @Test
    void isIncompleteUpToTheNewestTimeThatWasDropped() {
        Past late = at(START.plusSeconds(500), 1);
        History newest =
                History.of(List.of(late, past(REFUND, 2), past(REFUND, 3))).newest(1);
        assertThat(newest.completeSince()).isEqualTo(late.at().plusNanos(1_000));
    }

    @Test
    void anyNumberOfChangesGivesWhatALiteralListWouldHold() {
        Random random = new Random(5);
        History history = History.empty();
        List<Past> expected = new ArrayList<>();
        for (int step = 0; step < 5_000; step++) {
            int kind = random.nextInt(20);
            if (kind < 14 || expected.isEmpty()) {
                Past next = past(random.nextInt(3) == 0 ? SEARCH : REFUND, step);
                history = history.plus(next);
                expected.add(next);
            } else if (kind < 17) {
                int changed = random.nextInt(expected.size());
                Past past = expected.get(changed);
                history = history.replace(past.tool(), past.index(), HistoryTest::succeeded);
                expected.set(changed, succeeded(past));
            } else if (kind < 19) {
                Past gone = expected.remove(random.nextInt(expected.size()));
                history = history.without(gone.tool(), gone.index());
            } else if (step % 500 == 0) {
                int length = expected.size() / 2;
                history = history.newest(length);
                assertThat(history.weight())
                        .isEqualTo(history.toList().stream()
                                .mapToLong(Past::weight)
                                .sum());
                expected = new ArrayList<>(expected.subList(expected.size() - length, expected.size()));
            }
            if (step % 97 == 0) {
                assertThat(history.toList()).isEqualTo(expected);
            }
        }
        assertThat(history.toList()).isEqualTo(expected).hasSizeGreaterThan(1_000);
    }

    @Test
    void knowsBetweenWhichTimesItsCallsAreInWhateverOrder() {
        History history = History.empty();
        for (int index = 0; index < 300; index++) {
            history = history.plus(at(START.plusSeconds((index * 37L) % 300), index));
        }
        Calls calls = history.calls(REFUND).orElseThrow();
        assertThat(calls.earliest()).isEqualTo(START);
        assertThat(calls.latest()).isEqualTo(START.plusSeconds(299));
        assertThat(calls.size()).isEqualTo(300);
    }

    @Test
    void remembersWhatWasComputedOfANodeAsLongAsItStaysAsItIs() {
        List<Integer> computed = new ArrayList<>();
        History history = refunds(300);
        count(history, computed);
        assertThat(computed).hasSize(1 + 5 + 38);

        computed.clear();
        count(history, computed);
        assertThat(computed).isEmpty();

        count(history.plus(past(REFUND, 300)), computed);
        assertThat(computed).as("the last leaf, and those above it").containsExactlyInAnyOrder(5, 45, 301);
    }

    @Test
    void forgetsWhatItRemembersBeforeThatGrowsWithoutBound() {
        Calls calls = refunds(1).calls(REFUND).orElseThrow();
        List<Integer> computed = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            for (int name = 0; name < 1_000; name++) {
                calls.summary("name " + name, Integer.class, node -> counted(node, computed));
            }
        }
        assertThat(computed).hasSize(2_000);
    }

    private static void count(History history, List<Integer> computed) {
        history.calls(REFUND).orElseThrow().summary("count", Integer.class, calls -> summed(calls, computed));
    }

    private static int summed(Calls calls, List<Integer> computed) {
        if (calls instanceof Calls.Branch branch) {
            int sum = 0;
            for (int i = 0; i < branch.width(); i++) {
                sum += branch.part(i).summary("count", Integer.class, part -> summed(part, computed));
            }
            assertThat(sum).isEqualTo(branch.size());
        }
        return counted(calls, computed);
    }

    private static int counted(Calls calls, List<Integer> computed) {
        computed.add(calls.size());
        return calls.size();
    }

    private static Past at(Instant time, long index) {
        Past past = past(REFUND, index);
        return new Past(
                index,
                past.call(),
                REFUND,
                past.arguments(),
                time,
                past.verdict(),
                past.outcome(),
                past.extracts(),
                past.labels(),
                past.session());
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
