package dev.writ.gateway.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.Checkpoint;
import dev.writ.gateway.auditing.Witnessing.Operation;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Digest;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WitnessedSizeTest {

    private final WitnessedSize witnessed = new WitnessedSize(Configured.requiring(Operation.APPROVALS));

    private UniAssertSubscriber<Void> awaiting(Operation operation, long index) {
        return witnessed.await(operation, index).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    @Test
    void whatIsNotRequiredIsAnsweredAtOnce() {
        awaiting(Operation.BUNDLES, 7).assertCompleted();
        assertThat(witnessed.allows(Operation.KEYS, 7)).isTrue();
    }

    @Test
    void theNewestThatIsWitnessedIsKept() {
        Checkpoint larger = checkpoint(8);

        witnessed.raise(checkpoint(5));
        witnessed.raise(larger);
        witnessed.raise(checkpoint(7));

        assertThat(witnessed.newest()).contains(larger);
        assertThat(witnessed.size()).isEqualTo(8);
    }

    private static Checkpoint checkpoint(long size) {
        return new Checkpoint("example.com/log", size, Digest.of(new byte[0]), "note of " + size);
    }

    @Test
    void whatIsRequiredIsAnsweredOnceItIsBelowTheWitnessedSize() {
        UniAssertSubscriber<Void> waiting = awaiting(Operation.APPROVALS, 7);

        witnessed.raise(7);
        waiting.assertNotTerminated();
        assertThat(witnessed.allows(Operation.APPROVALS, 7)).isFalse();

        witnessed.raise(8);
        waiting.assertCompleted();
        assertThat(witnessed.allows(Operation.APPROVALS, 7)).isTrue();
        awaiting(Operation.APPROVALS, 3).assertCompleted();
    }

    @Test
    void sizeNeverGoesBack() {
        witnessed.raise(8);
        witnessed.raise(3);

        assertThat(witnessed.size()).isEqualTo(8);
    }

    @Test
    void saysThatItIsRecordedWhenItTakesTooLong() {
        WitnessedSize hasty = new WitnessedSize(
                new Configured(Optional.empty(), Optional.of(Set.of(Operation.APPROVALS)), Duration.ofMillis(200)));

        assertThatThrownBy(() -> hasty.await(Operation.APPROVALS, 7).await().atMost(Duration.ofSeconds(60)))
                .isInstanceOfSatisfying(Problem.class, problem -> {
                    assertThat(problem.type()).isEqualTo(ProblemType.NOT_WITNESSED);
                    assertThat(problem.document("").text("detail").orElseThrow())
                            .contains("recorded at index 7", "do not approve again");
                });
    }

    /** Settings as an operator may make them. */
    record Configured(Optional<Path> policy, Optional<Set<Operation>> requiredFor, Duration requiredWait)
            implements WitnessConfig {

        Configured(Optional<Path> policy, Optional<Set<Operation>> requiredFor) {
            this(policy, requiredFor, Duration.ofSeconds(60));
        }

        static Configured requiring(Operation... operations) {
            return new Configured(Optional.empty(), Optional.of(Set.of(operations)));
        }

        @Override
        public Duration interval() {
            return Duration.ofMillis(100);
        }

        @Override
        public Duration timeout() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration startTimeout() {
            return Duration.ofSeconds(1);
        }
    }
}
