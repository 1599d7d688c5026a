package dev.writ.gateway.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.task.Next;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResultExpiryTest {

    private final World world = new World();
    private final ResultExpiry expiry =
            new ResultExpiry(world.log.reader(), world.timeline, world.journal, World.settings(Optional.empty()));

    private List<Recorded> expired() {
        return World.await(Auditing.state(world.log.reader()).entries(Set.of(OperationEntries.RESULTS_EXPIRED)));
    }

    @Test
    void namesTheResultsThatAreOlderThanTheyAreKept() {
        world.append("EXECUTED", 3);
        world.pass(Duration.ofDays(20));
        world.append("EXECUTED", 2);
        world.pass(Duration.ofDays(11));

        Next next = World.await(expiry.run("all"));

        assertThat(expired()).hasSize(1);
        assertThat(OperationEntries.below(expired().get(0))).isEqualTo(3);
        assertThat(expired().get(0).entry().body().text("actor")).contains("writ");
        assertThat(next).isEqualTo(Next.again(world.instant().plus(Duration.ofHours(24))));
    }

    @Test
    void saysNothingAsLongAsNothingIsOld() {
        world.append("EXECUTED", 3);

        World.await(expiry.run("all"));

        assertThat(expired()).isEmpty();
    }

    @Test
    void aClockThatWasBehindMakesNoYoungResultOld() {
        world.append("EXECUTED", 2);
        world.pass(Duration.ofDays(20));
        world.append("EXECUTED", 1);
        world.pass(Duration.ofDays(-20));
        world.append("EXECUTED", 8);
        world.pass(Duration.ofDays(31));

        World.await(expiry.run("all"));

        assertThat(expired()).hasSize(1);
        assertThat(OperationEntries.below(expired().get(0))).isEqualTo(2);
    }

    @Test
    void goesOnWhereItEnded() {
        world.append("EXECUTED", 2);
        world.pass(Duration.ofDays(20));
        world.append("EXECUTED", 3);
        world.pass(Duration.ofDays(11));
        World.await(expiry.run("all"));
        world.pass(Duration.ofDays(20));

        World.await(expiry.run("all"));

        assertThat(expired()).extracting(OperationEntries::below).containsExactly(2L, 5L);
    }

    @Test
    void saysNothingTwice() {
        world.append("EXECUTED", 3);
        world.pass(Duration.ofDays(31));
        World.await(expiry.run("all"));

        World.await(expiry.run("all"));

        assertThat(expired()).hasSize(1);
    }
}
