package dev.writ.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ObligationsTest {

    private static final Obligation MASK = new Obligation.Mask("payment.card");
    private static final Obligation SET_EUR = new Obligation.Assign("payment.currency", new JsonString("EUR"));
    private static final Obligation SET_USD = new Obligation.Assign("payment.currency", new JsonString("USD"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'payment':{'card':'4111','a':1}}     | {'payment':{'a':1,'card':'***','currency':'EUR'}}",
                "{'payment':{'currency':'USD'}}        | {'payment':{'currency':'EUR'}}",
                "{'payment':{'card':null}}             | {'payment':{'card':null,'currency':'EUR'}}",
                "{'payment':{}}                        | {'payment':{'currency':'EUR'}}",
                "{}                                    | {'payment':{'currency':'EUR'}}"
            })
    void changesWhatIsSent(String submitted, String sent) {
        assertThat(arguments(submitted, MASK, SET_EUR))
                .isEqualTo("to " + json(sent).toJson());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'payment':{'card':4111}}", "{'payment':{'card':['4111']}}", "{'payment':'4111'}"})
    void doesNotSendWhatItCannotMask(String submitted) {
        assertThat(arguments(submitted, MASK))
                .isEqualTo("what a rule obliges cannot be done with the argument 'payment.card'");
    }

    @Test
    void doesNotSendWhatItCannotSet() {
        assertThat(arguments("{'payment':'all'}", SET_EUR))
                .isEqualTo("what a rule obliges cannot be done with the argument 'payment.currency'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'iban':'DE1','b':1}               | {'iban':'***','b':1}",
                "{'iban':{'a':1}}                   | {'iban':'***'}",
                "{'b':1}                            | {'b':1}",
                "[{'iban':'DE1'},{'iban':7},3]      | [{'iban':'***'},{'iban':'***'},3]",
                "17                                 | 17"
            })
    void redactsWhatComesBack(String answered, String shown) {
        assertThat(new Obligations(List.of(new Obligation.Redact("iban"))).result(json(answered)))
                .isEqualTo(json(shown));
    }

    @Test
    void redactsATextThatMayHoldTheMembers() {
        assertThat(new Obligations(List.of(new Obligation.Redact("iban"))).result(new JsonString("iban: DE1")))
                .isEqualTo(new JsonString("***"));
    }

    @Test
    void redactsInEveryItemOfEveryListOnItsWay() {
        Obligations obligations = new Obligations(List.of(new Obligation.Redact("customers.accounts.iban")));

        assertThat(obligations.result(
                        json("{'customers':[{'accounts':[{'iban':'A'},{'iban':'B'}]},{'accounts':'C'}]}")))
                .isEqualTo(json("{'customers':[{'accounts':[{'iban':'***'},{'iban':'***'}]},{'accounts':'***'}]}"));
    }

    @Test
    void whatIsRedactedIsNotKnownToLaterRules() {
        Obligations obligations =
                new Obligations(List.of(new Obligation.Redact("iban"), new Obligation.Cap("items", 1)));

        assertThat(obligations.known(json("{'iban':'DE1','items':[1,2],'c':3}")))
                .isEqualTo(json("{'items':[1],'c':3}"));
        assertThat(obligations.known(json("'DE1'"))).isEqualTo(JsonNull.NULL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'items':[1,2,3]}                | {'items':[1,2]}",
                "{'items':[1]}                    | {'items':[1]}",
                "{'items':'many'}                 | {'items':'many'}",
                "{'b':[1,2,3]}                    | {'b':[1,2,3]}",
                "[{'items':[1,2,3]}]              | [{'items':[1,2]}]"
            })
    void capsLists(String answered, String shown) {
        assertThat(new Obligations(List.of(new Obligation.Cap("items", 2))).result(json(answered)))
                .isEqualTo(json(shown));
    }

    @Test
    void theTighterOfTwoCapsHolds() {
        assertThat(new Obligations(List.of(new Obligation.Cap("items", 1), new Obligation.Cap("items", 2)))
                        .result(json("{'items':[1,2,3]}")))
                .isEqualTo(json("{'items':[1]}"));
    }

    @Test
    void twoThatContradictEachOtherAreADenial() {
        for (Obligation other : List.of(
                SET_USD,
                new Obligation.Mask("payment.currency"),
                new Obligation.Mask("payment.currency.code"),
                new Obligation.Assign("payment", new JsonString("none")))) {
            Decision decision = Decision.combine(List.of(allow("a", SET_EUR), allow("b", other)));

            assertThat(decision.effect()).isEqualTo(Effect.DENY);
            assertThat(decision.rule()).contains(Decision.OBLIGATION);
            assertThat(decision.reason()).startsWith("two obligations contradict each other");
            assertThat(decision.obligations().all()).isEmpty();
            assertThat(decision.verdicts()).hasSize(3);
        }
    }

    @Test
    void theSameFromTwoRulesIsOne() {
        Decision decision = Decision.combine(List.of(allow("b", MASK, SET_EUR), allow("a", SET_EUR)));

        assertThat(decision.effect()).isEqualTo(Effect.ALLOW);
        assertThat(decision.obligations().all()).containsExactly(SET_EUR, MASK);
    }

    @Test
    void escalationsObligeWhileTheyWaitAndOnceTheyAreMet() {
        Verdict escalate = new Verdict(
                Effect.ESCALATE,
                "b",
                "x",
                Optional.of(new Requirement("finance", 1, Duration.ofHours(1))),
                List.of(),
                List.of(MASK));
        Instant now = Instant.parse("2026-01-01T12:00:00Z");
        Grant grant = new Grant(1, "b", "finance", "fay", "key-1", Set.of(), now.plusSeconds(1));

        assertThat(Decision.combine(List.of(escalate, allow("a", SET_EUR)))
                        .obligations()
                        .all())
                .containsExactly(SET_EUR, MASK);
        Decision met = Decision.combine(List.of(escalate, allow("a", SET_EUR)), List.of(grant), now);
        assertThat(met.effect()).isEqualTo(Effect.ALLOW);
        assertThat(met.obligations().all()).containsExactly(SET_EUR, MASK);
    }

    @Test
    void obligesToNothingIfARuleDenies() {
        Verdict deny = new Verdict(Effect.DENY, "no", "x", Optional.empty(), List.of());

        Decision decision = Decision.combine(List.of(allow("a", SET_EUR), allow("b", SET_USD), deny));

        assertThat(decision.obligations().all()).isEmpty();
        assertThat(decision.deciding()).containsExactly(deny);
    }

    @Test
    void aDenialObligesToNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Verdict(Effect.DENY, "r", "x", Optional.empty(), List.of(), List.of(MASK)));
    }

    @Test
    void refusesWhatNobodyCouldMeet() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Obligation.Mask("a..b"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Obligation.Cap("a", -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Obligation.Label("Not A Label"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Obligation.Assign("a", JsonObject.empty()));
    }

    @Test
    void labelsAreThoseOfAll() {
        Obligations obligations =
                new Obligations(List.of(new Obligation.Label("untrusted"), new Obligation.Label("secret"), MASK));

        assertThat(obligations.labels()).containsExactlyInAnyOrder("untrusted", "secret");
    }

    private static Verdict allow(String rule, Obligation... obligations) {
        return new Verdict(Effect.ALLOW, rule, "because", Optional.empty(), List.of(), List.of(obligations));
    }

    private static String arguments(String submitted, Obligation... obligations) {
        return new Obligations(List.of(obligations))
                .arguments((JsonObject) json(submitted))
                .fold(sent -> "to " + sent.toJson(), reason -> reason);
    }

    private static JsonValue json(String text) {
        return JsonValue.parse(text.strip().replace('\'', '"'));
    }
}
