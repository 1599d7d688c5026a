package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AllowanceTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static int takeAll(Allowance allowance, long now) {
        int taken = 0;
        while (allowance.take(now)) {
            allowance.giveBack();
            taken++;
        }
        return taken;
    }

    @Test
    void grantsTheBurstAtOnceAndThenTheRate() {
        Allowance allowance = new Allowance(10, 5, 100, 0);

        assertThat(takeAll(allowance, 0)).isEqualTo(5);
        assertThat(takeAll(allowance, SECOND / 10 - 1)).isZero();
        assertThat(takeAll(allowance, SECOND / 10)).isEqualTo(1);
        assertThat(takeAll(allowance, SECOND * 4 / 10)).isEqualTo(3);
    }

    @Test
    void savesUpNoMoreThanTheBurst() {
        Allowance allowance = new Allowance(10, 5, 100, 0);

        assertThat(takeAll(allowance, 3_600 * SECOND)).isEqualTo(5);
    }

    @Test
    void outlivesAnOverflowOfTheClock() {
        long start = Long.MAX_VALUE - SECOND / 10;
        Allowance allowance = new Allowance(10, 5, 100, start);

        assertThat(takeAll(allowance, start)).isEqualTo(5);
        assertThat(takeAll(allowance, start + SECOND)).isEqualTo(5);
    }

    @Test
    void grantsSoManyAtATimeUntilTheyAreGivenBack() {
        Allowance allowance = new Allowance(1_000, 1_000, 2, 0);

        assertThat(allowance.take(0)).isTrue();
        assertThat(allowance.take(0)).isTrue();
        assertThat(allowance.take(0)).isFalse();
        allowance.giveBack();
        assertThat(allowance.take(0)).isTrue();
        assertThat(allowance.take(0)).isFalse();
    }

    @Test
    void aRefusalTakesNothing() {
        Allowance allowance = new Allowance(1, 1, 1, 0);
        assertThat(allowance.take(0)).isTrue();
        for (int i = 0; i < 100; i++) {
            assertThat(allowance.take(0)).isFalse();
        }
        allowance.giveBack();

        assertThat(allowance.take(SECOND)).isTrue();
    }

    @Test
    void cannotBeMadeOfNothing() {
        assertThatThrownBy(() -> new Allowance(0, 1, 1, 0)).hasMessageContaining("writ.admission");
        assertThatThrownBy(() -> new Allowance(1, 0, 1, 0)).hasMessageContaining("writ.admission");
        assertThatThrownBy(() -> new Allowance(1, 1, 0, 0)).hasMessageContaining("writ.admission");
    }
}
