package dev.writ.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.policy.CanaryTally.Rate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a canary is out of its band, and who may take it back. */
class CanaryTallyTest {

    private static final CanaryBand BAND = new CanaryBand(10, 10);

    private final CanaryTally tally = new CanaryTally(Duration.ofMinutes(1));

    @Test
    void saysNothingBeforeEnoughIdentitiesHaveCalledOnBothSides() {
        many(true, 9, "deny");
        many(false, 10, "allow");
        tally.compared(List.of(), false);
        assertThat(tally.judge(BAND, Bundles.NOON)).isEmpty();

        tally.decided(true, "tenth", "deny");
        assertThat(tally.judge(BAND, Bundles.NOON)).isPresent();
    }

    @Test
    void saysNothingBeforeItIsKnownWhatARollbackWouldAllow() {
        many(true, 10, "escalate");
        many(false, 10, "allow");

        assertThat(tally.judge(BAND, Bundles.NOON)).isEmpty();
    }

    @Test
    void countsEachIdentityOnceHoweverOftenItCalls() {
        many(true, 10, "allow");
        many(false, 10, "allow");
        for (int call = 0; call < 10_000; call++) {
            tally.decided(true, "id 0", "deny");
        }
        tally.compared(List.of(), false);

        assertThat(tally.judge(BAND, Bundles.NOON)).isEmpty();
    }

    @Test
    void aCanaryThatDeniesLessMayBeRolledBack() {
        many(true, 10, "allow");
        many(false, 10, "deny");
        tally.compared(List.of(), false);

        CanaryTally.Finding finding = tally.judge(BAND, Bundles.NOON).orElseThrow();

        assertThat(finding.rate()).isEqualTo(Rate.DENIED);
        assertThat(finding.needsPerson()).isFalse();
    }

    @Test
    void aCanaryThatDeniesMoreNeedsAPerson() {
        many(true, 10, "deny");
        many(false, 10, "allow");
        tally.compared(List.of(), false);

        assertThat(tally.judge(BAND, Bundles.NOON).orElseThrow().needsPerson()).isTrue();
    }

    @Test
    void oneCallThatARollbackWouldAllowNeedsAPersonWhateverElseIsWrong() {
        many(true, 10, "escalate");
        many(false, 10, "allow");
        tally.compared(List.of(), false);
        assertThat(tally.judge(BAND, Bundles.NOON).orElseThrow().needsPerson()).isFalse();

        tally.compared(List.of(), true);
        assertThat(tally.judge(BAND, Bundles.NOON).orElseThrow().needsPerson()).isTrue();
    }

    @Test
    void failuresCountOnlyIfThereAreMoreOfThem() {
        many(true, 10, "allow");
        many(false, 10, "allow");
        for (int identity = 0; identity < 10; identity++) {
            tally.failed(false, "id " + identity);
        }
        tally.compared(List.of(), false);
        assertThat(tally.judge(BAND, Bundles.NOON)).isEmpty();

        CanaryTally other = new CanaryTally(Duration.ofMinutes(1));
        for (int identity = 0; identity < 10; identity++) {
            other.decided(true, "id " + identity, "allow");
            other.decided(false, "id " + identity, "allow");
            other.failed(true, "id " + identity);
        }
        other.compared(List.of(), false);
        assertThat(other.judge(BAND, Bundles.NOON).orElseThrow().rate()).isEqualTo(Rate.FAILED);
    }

    @Test
    void isNotRolledBackBeforeAllIsComparedThatHadBeenDecided() {
        many(true, 10, "allow");
        many(false, 10, "deny");
        tally.awaits(1, Bundles.NOON);
        tally.awaits(2, Bundles.NOON);
        tally.compared(List.of(1L), false);
        assertThat(tally.judge(BAND, Bundles.NOON)).isEmpty();

        tally.awaits(3, Bundles.NOON);
        tally.compared(List.of(2L), false);

        assertThat(tally.judge(BAND, Bundles.NOON).orElseThrow().needsPerson()).isFalse();
    }

    @Test
    void whatNobodyComparedInTimeNeedsAPerson() {
        many(true, 10, "allow");
        many(false, 10, "deny");
        tally.awaits(1, Bundles.NOON);
        tally.compared(List.of(), false);

        assertThat(tally.judge(BAND, Bundles.NOON.plusSeconds(61)).orElseThrow().needsPerson())
                .isTrue();
    }

    private void many(boolean inCanary, int identities, String verdict) {
        for (int identity = 0; identity < identities; identity++) {
            tally.decided(inCanary, "id " + identity, verdict);
        }
    }
}
