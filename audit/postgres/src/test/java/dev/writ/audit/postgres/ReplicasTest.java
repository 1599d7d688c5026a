package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Draft;
import dev.writ.audit.Entries;
import dev.writ.audit.Input;
import dev.writ.audit.Receipt;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.audit.VerifyResult;
import dev.writ.model.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two replicas append to one log. */
@SuppressWarnings("NullAway.Init") // JUnit opens them first
class ReplicasTest {

    private static final String TOPIC = "budget/a";

    @RegisterExtension
    private final TestLog log = new TestLog();

    private Follower one;
    private Follower two;

    @BeforeEach
    void open() {
        one = new Follower(log.log());
        two = new Follower(log.open("two"));
    }

    @AfterEach
    void wholeLogVerifies() {
        assertThat(log.verify()).isInstanceOf(VerifyResult.Intact.class);
        assertThat(log.complaintsOfThirdParties()).isEmpty();
    }

    @Test
    void spendABudgetExactly() {
        int budget = 500;
        List<CompletableFuture<Receipt<Boolean>>> started = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            started.add(one.spend(budget));
            started.add(two.spend(budget));
        }

        long granted = started.stream()
                .map(ReplicasTest::created)
                .filter(Receipt.Created::outcome)
                .count();

        assertThat(granted).isEqualTo(budget);
    }

    @Test
    void bothTellEverythingOnceAndInOrder() {
        List<CompletableFuture<Receipt<Boolean>>> started = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            started.add(one.append("one/" + i));
            started.add(two.append("two/" + i));
        }
        started.forEach(ReplicasTest::created);

        List<Long> everything = LongStream.range(0, 1000).boxed().toList();
        assertThat(one.awaitIndices(1000)).isEqualTo(everything);
        assertThat(two.awaitIndices(1000)).isEqualTo(everything);
        assertThat(one.leafHashes()).isEqualTo(two.leafHashes());
    }

    @Test
    void replicaThatWritesNothingIsToldToo() {
        created(one.append("one/1"));

        assertThat(two.awaitIndices(1)).containsExactly(0L);
    }

    @Test
    void inputsThatAreFollowedReachTheOtherReplicaAndOthersDoNot() {
        Input followed = new Input("facts", new JsonString("one"), true);
        Input kept = new Input("result", new JsonString("two"), false);
        created(one.log()
                .append(Draft.independent(new Settled<>(Entries.ofSubject("subject-9", followed, kept), true)))
                .subscribeAsCompletionStage());

        two.awaitIndices(1);
        assertThat(two.seen.get(0).entry().inputs()).containsExactly(followed);
    }

    @Test
    void ofTwoReplicasWithOneKeyOneCreates() {
        for (int i = 0; i < 50; i++) {
            CompletableFuture<Receipt<Boolean>> first = one.append("same/" + i);
            CompletableFuture<Receipt<Boolean>> second = two.append("same/" + i);

            List<Receipt<Boolean>> receipts = List.of(done(first), done(second));

            assertThat(receipts).filteredOn(Receipt.Created.class::isInstance).hasSize(1);
            Long index = receipts.stream()
                    .filter(Receipt.Created.class::isInstance)
                    .map(created -> created.fold(mine -> mine.recorded().index(), Receipt.Existing::index))
                    .collect(Collectors.toList())
                    .get(0);
            assertThat(receipts).contains(new Receipt.Existing<>("same/" + i, index));
        }
    }

    @Test
    void replicaThatWasAwayCatchesUpBeforeItAppends() {
        two.log().close();
        List<CompletableFuture<Receipt<Boolean>>> started = new ArrayList<>();
        for (int i = 0; i < 6000; i++) {
            started.add(one.append("one/" + i));
        }
        started.forEach(ReplicasTest::created);
        Follower late = new Follower(log.open("two"));

        created(late.append("late"));

        assertThat(late.log().tail().size()).isEqualTo(6001);
        assertThat(one.awaitIndices(6001)).hasSize(6001);
    }

    private static <T> Receipt<T> done(CompletableFuture<Receipt<T>> started) {
        return started.orTimeout(TestLog.SOON.toSeconds(), TimeUnit.SECONDS).join();
    }

    private static <T> Receipt.Created<T> created(CompletableFuture<Receipt<T>> started) {
        return done(started).fold(created -> created, existing -> {
            throw new AssertionError("not created: " + existing);
        });
    }

    /** A replica that keeps what its tail tells. */
    private static final class Follower {
        private final PostgresAuditLog log;
        private final List<Recorded> seen = new CopyOnWriteArrayList<>();

        Follower(PostgresAuditLog log) {
            this.log = log;
            log.tail().subscribe(this::follow);
        }

        PostgresAuditLog log() {
            return log;
        }

        CompletableFuture<Receipt<Boolean>> append(String key) {
            return log.append(Draft.independent(new Settled<>(Entries.keyed("DECIDED", key), true)))
                    .subscribeAsCompletionStage();
        }

        CompletableFuture<Receipt<Boolean>> spend(int budget) {
            long readAt = log.tail().size();
            long before =
                    spent(seen.stream().filter(entry -> entry.index() < readAt).toList());
            return log.append(new Draft<>(Set.of(TOPIC), readAt, since -> {
                        boolean isGranted = before + spent(since) < budget;
                        return new Settled<>(
                                isGranted ? Entries.touching("SPENT", Set.of(TOPIC)) : Entries.plain("REFUSED"),
                                isGranted);
                    }))
                    .subscribeAsCompletionStage();
        }

        /** Its entries' indices, once there are that many. */
        synchronized List<Long> awaitIndices(int count) {
            long deadline = System.nanoTime() + TestLog.SOON.toNanos();
            while (seen.size() < count && System.nanoTime() - deadline < 0) {
                try {
                    wait(100);
                } catch (InterruptedException interrupted) {
                    throw new AssertionError(interrupted);
                }
            }
            return seen.stream().map(Recorded::index).toList();
        }

        List<Object> leafHashes() {
            return seen.stream().<Object>map(Recorded::leafHash).toList();
        }

        private synchronized void follow(Recorded recorded) {
            seen.add(recorded);
            notifyAll();
        }

        private static long spent(List<Recorded> entries) {
            return entries.stream()
                    .filter(entry -> entry.entry().kind().equals("SPENT"))
                    .count();
        }
    }
}
