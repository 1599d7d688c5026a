package dev.writ.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.policy.CanaryTally.Rate;
import org.junit.jupiter.api.Test;

/** When a canary is out of its band, and who may take it back. */
class CanaryTallyTest {

    private static final CanaryBand BAND = new CanaryBand(10, 10);

    private final CanaryTally tally = new CanaryTally();

    @Test
    void saysNothingBeforeEnoughIdentitiesHaveCalledOnBothSides() {
        many(true, 9, "deny");
        many(false, 10, "allow");
        tally.compared(false);
        assertThat(tally.judge(BAND)).isEmpty();

        tally.decided(true, "tenth", "deny");
        assertThat(tally.judge(BAND)).isPresent();
    }

    @Test
    void saysNothingBeforeItIsKnownWhatARollbackWouldAllow() {
        many(true, 10, "escalate");
        many(false, 10, "allow");

        assertThat(tally.judge(BAND)).isEmpty();
    }

    @Test
    void countsEachIdentityOnceHoweverOftenItCalls() {
        many(true, 10, "allow");
        many(false, 10, "allow");
        for (int call = 0; call < 10_000; call++) {
            tally.decided(true, "id 0", "deny");
        }
        tally.compared(false);

        assertThat(tally.judge(BAND)).isEmpty();
    }

    @Test
    void aCanaryThatDeniesLessMayBeRolledBack() {
        many(true, 10, "allow");
        many(false, 10, "deny");
        tally.compared(false);

        CanaryTally.Finding finding = tally.judge(BAND).orElseThrow();

        assertThat(finding.rate()).isEqualTo(Rate.DENIED);
        assertThat(finding.needsPerson()).isFalse();
    }

    @Test
    void aCanaryThatDeniesMoreNeedsAPerson() {
        many(true, 10, "deny");
        many(false, 10, "allow");
        tally.compared(false);

        assertThat(tally.judge(BAND).orElseThrow().needsPerson()).isTrue();
    }

    @Test
    void oneCallThatARollbackWouldAllowNeedsAPersonWhateverElseIsWrong() {
        many(true, 10, "escalate");
        many(false, 10, "allow");
        tally.compared(false);
        assertThat(tally.judge(BAND).orElseThrow().needsPerson()).isFalse();

        tally.compared(true);
        assertThat(tally.judge(BAND).orElseThrow().needsPerson()).isTrue();
    }

    @Test
    void failuresCountOnlyIfThereAreMoreOfThem() {
        many(true, 10, "allow");
        many(false, 10, "allow");
        for (int identity = 0; identity < 10; identity++) {
            tally.failed(false, "id " + identity);
        }
        tally.compared(false);
        assertThat(tally.judge(BAND)).isEmpty();

        CanaryTally other = new CanaryTally();
        for (int identity = 0; identity < 10; identity++) {
            other.decided(true, "id " + identity, "allow");
            other.decided(false, "id " + identity, "allow");
            other.failed(true, "id " + identity);
        }
        other.compared(false);
        assertThat(other.judge(BAND).orElseThrow().rate()).isEqualTo(Rate.FAILED);
    }

    private void many(boolean inCanary, int identities, String verdict) {
        for (int identity = 0; identity < identities; identity++) {
            tally.decided(inCanary, "id " + identity, verdict);
        }
    }
}
