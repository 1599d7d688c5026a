package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Effect;
import dev.writ.model.Scope;
import dev.writ.rules.Scene.Earlier;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much of what may add up is used. */
class BudgetsTest {

    private static final String SUM = Bundles.rule(
            "at most 200 a day",
            "ToolCall( tool == \"billing.refund\", $amount : number(\"amount\"), text(\"payment\") == \"acme\" )",
            "deny(\"200 a day\")",
            "accumulate( Past( tool == \"billing.refund\", verdict == \"allow\", $earlier : number(\"amount\") )"
                    + " over window:time(1d); $sum : sum($earlier); $sum + $amount > 200 )");

    private static String counting(String condition, String opinion) {
        return Bundles.rule(
                "so many",
                "ToolCall( tool == \"billing.refund\" )",
                opinion,
                "accumulate( Past( tool == \"billing.refund\" ) over window:time(1h); $calls : count(); " + condition
                        + " )");
    }

    private static Earlier refund(int amount) {
        return Earlier.of("billing.refund", "{\"amount\": " + amount + "}");
    }

    private static List<BudgetUse> budgets(String drl, Scene scene) {
        try (PolicyEngine engine = Bundles.engine(drl)) {
            return engine.budgets(scene.facts());
        }
    }

    private static Scene acme() {
        return Scene.refund("{\"amount\": 5, \"payment\": \"acme\"}");
    }

    @Test
    void saysWhatIsUsedAndLeftOfASum() {
        Scene scene = acme().after(refund(60))
                .after(refund(70).ago(Duration.ofDays(2)))
                .after(refund(20));

        assertThat(budgets(SUM, scene)).singleElement().satisfies(budget -> {
            assertThat(budget.rule()).isEqualTo("at most 200 a day");
            assertThat(budget.effect()).isEqualTo(Effect.DENY);
            assertThat(budget.used()).hasValue(BigDecimal.valueOf(80));
            assertThat(budget.limit()).isEqualByComparingTo("200");
            assertThat(budget.left())
                    .hasValueSatisfying(left -> assertThat(left).isEqualByComparingTo("120"));
            assertThat(budget.window()).hasValue(Duration.ofDays(1));
            assertThat(budget.scope()).isEqualTo(Scope.IDENTITY);
            assertThat(budget.isCount()).isFalse();
        });
    }

    @Test
    void nothingIsLeftOfWhatIsOverdrawn() {
        assertThat(budgets(SUM, acme().after(refund(260))).get(0).left())
                .hasValueSatisfying(left -> assertThat(left).isEqualByComparingTo("0"));
    }

    @Test
    void countsHowManyCallsThereMayBeInAll() {
        for (String condition : List.of("$calls >= 3", "$calls > 2", "$calls + 1 > 3")) {
            assertThat(budgets(counting(condition, "deny(\"no more\")"), acme().after(refund(1))))
                    .describedAs(condition)
                    .singleElement()
                    .satisfies(budget -> {
                        assertThat(budget.isCount()).isTrue();
                        assertThat(budget.limit()).isEqualByComparingTo("3");
                        assertThat(budget.used()).hasValue(BigDecimal.ONE);
                    });
        }
        for (String condition : List.of("$calls < 3", "$calls <= 2")) {
            assertThat(budgets(counting(condition, "allow(\"some\")"), acme())
                            .get(0)
                            .limit())
                    .describedAs(condition)
                    .isEqualByComparingTo("3");
        }
    }

    @Test
    void aRuleOfOtherCallsIsNoBudgetOfThisOne() {
        assertThat(budgets(SUM, Scene.refund("{\"amount\": 5, \"payment\": \"globex\"}")))
                .isEmpty();
        assertThat(budgets(SUM, Scene.call("crm.lookup", "{}"))).isEmpty();
    }

    @Test
    void aFloorIsNoBudget() {
        assertThat(budgets(counting("$calls < 3", "deny(\"look three times first\")"), acme()))
                .isEmpty();
        assertThat(budgets(counting("$calls > 3", "allow(\"tried often\")"), acme()))
                .isEmpty();
    }

    @Test
    void whatIsForgottenIsNotGuessed() {
        assertThat(budgets(SUM, acme().after(refund(60)).knownSince(Duration.ofHours(1)))
                        .get(0)
                        .used())
                .isEmpty();
    }
}
