package dev.writ.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.policy.Flip.Side;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlipTest {

    @ParameterizedTest
    @CsvSource({
        "allow, escalate, true",
        "allow, deny, true",
        "escalate, deny, true",
        "deny, escalate, false",
        "deny, allow, false",
        "escalate, allow, false",
        "deny, deny, false"
    })
    void aVersionTightensWhereItIsStricterThanWhatARollbackLeadsTo(String without, String with, boolean tightens) {
        Flip flip = new Flip(1, "call", "bank.pay", side(without), side(with));

        assertThat(flip.tightens()).isEqualTo(tightens);
    }

    private static Side side(String effect) {
        return new Side(effect, Optional.of("rule"));
    }
}
