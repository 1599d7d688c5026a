package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Effect;
import dev.writ.model.EnvelopeLimits;
import dev.writ.model.EnvelopeUse;
import dev.writ.model.Facts;
import dev.writ.model.Grant;
import dev.writ.model.Requirement;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeLanguageTest {

    private static final String SEEN = """
            rule "enough of it"
            when
                ToolCall( enveloped == true, envelopeUse > 2 )
            then
                deny("two are enough");
            end

            rule "asked"
            when
                ToolCall( tool == "billing.refund" )
            then
                escalate("why").to("finance").within("4h").envelope(5, "7d");
            end
            """;

    private static String asks(String tail) {
        return "rule \"r\" when ToolCall() then escalate(\"why\").to(\"finance\").within(\"4h\")" + tail + "; end";
    }

    private static Requirement requirement(String tail) {
        try (PolicyEngine engine = Bundles.engine(asks(tail))) {
            return engine.evaluate(Scene.refund("{}").facts())
                    .deciding()
                    .get(0)
                    .requirement()
                    .orElseThrow();
        }
    }

    private static Effect decide(Optional<EnvelopeUse> use) {
        Facts alone = Scene.refund("{}").facts();
        Facts facts = new Facts(
                alone.call(),
                alone.principal(),
                alone.tool(),
                alone.history(),
                use
                        .map(one -> new Grant(
                                1,
                                "asked",
                                "finance",
                                "jd",
                                "key-7",
                                Set.of(),
                                Scene.NOW.plusSeconds(1),
                                Grant.Authority.of(one, Duration.ZERO, Optional.empty())))
                        .stream()
                        .toList(),
                alone.now());
        try (PolicyEngine engine = Bundles.engine(SEEN)) {
            return engine.evaluate(facts).effect();
        }
    }

    @Test
    void withoutAWordOfItAnApprovalIsForOneCall() {
        assertThat(requirement("").envelope()).isEmpty();
    }

    @Test
    void saysHowManyUsesAndForHowLong() {
        assertThat(requirement(".envelope(20, \"7d\")").envelope())
                .contains(new EnvelopeLimits(20, Duration.ofDays(7), false));
    }

    @Test
    void includesWhatCannotBeUndoneOnlyInSoManyWords() {
        assertThat(requirement(".envelope(20, \"7d\", \"irreversible\")").envelope())
                .contains(new EnvelopeLimits(20, Duration.ofDays(7), true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".envelope(0, \"7d\")",
                ".envelope(1.5, \"7d\")",
                ".envelope(10001, \"7d\")",
                ".envelope(2)",
                ".envelope(2, \"ever\")",
                ".envelope(2, \"7d\", \"reversible\")",
                ".envelope(2, \"7d\").envelope(2, \"7d\")"
            })
    void refusesWhatSaysNothingOfTheKind(String tail) {
        assertThat(Bundles.problems(asks(tail))).isNotEmpty();
    }

    @Test
    void whatIsSignedIsOneCall() {
        assertThat(Bundles.problems(asks(".signed().envelope(2, \"7d\")")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("a signature is for one call"));
        assertThat(Bundles.problems(asks(".envelope(2, \"7d\").signed()")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("a signature is for one call"));
    }

    @Test
    void rulesSeeWhichUseACallWouldBe() {
        assertThat(decide(Optional.empty())).isEqualTo(Effect.ESCALATE);
        assertThat(decide(Optional.of(new EnvelopeUse("e", 2)))).isEqualTo(Effect.ALLOW);
        assertThat(decide(Optional.of(new EnvelopeUse("e", 3)))).isEqualTo(Effect.DENY);
    }
}
