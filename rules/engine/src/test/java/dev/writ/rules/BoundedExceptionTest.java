package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Obligation;
import dev.writ.model.Principal;
import dev.writ.model.ToolName;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BoundedExceptionTest {

    private static final String RULES = """
            // Large ones.
            rule "large" // of money
                @owner("finance")
            when
                ToolCall( tool == "billing.refund", number("amount") > 50 ) // over fifty
            then
                escalate("over 50").to("finance").within("4h").mask("card");
            end

            rule "never this one"
            when
                ToolCall( tool == "billing.refund", text("payment") == "p13" )
            then
                deny("not p13");
            end
            """;

    private static final Principal ALONE =
            new Principal("support-bot", Optional.empty(), "key-1", List.of(), Scene.BOT.roles(), "api-key");

    private static final Instant EARLIER = Instant.parse("2026-01-01T11:50:00.123456Z");

    private final PolicyBundle base = Bundles.ofRules(RULES);

    private static BoundedException exception(String payment, int perDay, String until) {
        SortedMap<String, BoundedException.Bound> bounds = new TreeMap<>(Map.of(
                "amount",
                new BoundedException.Bound.Range(
                        new BigDecimal("60"), new BigDecimal("80"), Optional.of(new BigDecimal("150"))),
                "payment",
                new BoundedException.Bound.Text(payment)));
        return new BoundedException(
                "known refund",
                "large",
                new ToolName("billing.refund"),
                "support-bot",
                false,
                bounds,
                EARLIER,
                perDay,
                LocalDate.parse(until),
                "approved again and again");
    }

    private static Decision decide(PolicyBundle bundle, Scene scene) {
        try (PolicyEngine engine = PolicyCompiler.compile(bundle, TestTools.ALL)
                .fold(compiled -> compiled, problems -> {
                    throw new AssertionError(problems.toString());
                })) {
            return engine.evaluate(scene.facts());
        }
    }

    private Decision decide(String arguments) {
        return decide(changed(3, "2026-02-01"), Scene.refund(arguments).by(ALONE));
    }

    private PolicyBundle changed(int perDay, String until) {
        return exception("p1", perDay, until).in(base, "2", "accepted/one.drl");
    }

    @Test
    void allowsWhatIsInsideUnderWhatTheEscalationObligesTo() {
        Decision decision = decide("{\"amount\": 80, \"payment\": \"p1\"}");

        assertThat(decision.effect()).isEqualTo(Effect.ALLOW);
        assertThat(decision.rule()).contains("known refund");
        assertThat(decision.obligations().all()).containsExactly(new Obligation.Mask("card"));
    }

    @Test
    void aHairOutsideStillEscalates() {
        assertThat(decide("{\"amount\": 80.01, \"payment\": \"p1\"}").effect()).isEqualTo(Effect.ESCALATE);
        assertThat(decide("{\"amount\": 59.99, \"payment\": \"p1\"}").effect()).isEqualTo(Effect.ESCALATE);
        assertThat(decide("{\"amount\": 80, \"payment\": \"P1\"}").effect()).isEqualTo(Effect.ESCALATE);
    }

    @Test
    void anotherArgumentOrOneLessStillEscalates() {
        assertThat(decide("{\"amount\": 80, \"payment\": \"p1\", \"note\": \"x\"}")
                        .effect())
                .isEqualTo(Effect.ESCALATE);
        assertThat(decide("{\"amount\": 80, \"payment\": \"p1\", \"items\": []}")
                        .effect())
                .isEqualTo(Effect.ESCALATE);
        assertThat(decide("{\"amount\": 80, \"note\": \"p1\"}").effect()).isEqualTo(Effect.ESCALATE);
    }

    @Test
    void anotherAgentAndAPersonStillEscalate() {
        Principal other =
                new Principal("other-bot", Optional.empty(), "key-2", List.of(), Scene.BOT.roles(), "api-key");
        Scene inside = Scene.refund("{\"amount\": 80, \"payment\": \"p1\"}");

        assertThat(decide(changed(3, "2026-02-01"), inside.by(other)).effect()).isEqualTo(Effect.ESCALATE);
        assertThat(decide(changed(3, "2026-02-01"), inside.by(Scene.BOT)).effect())
                .isEqualTo(Effect.ESCALATE);
    }

    @Test
    void theCallAfterTheBudgetOfADayEscalates() {
        Scene inside = Scene.refund("{\"amount\": 60, \"payment\": \"p1\"}").by(ALONE);
        Scene second = inside.after(Scene.Earlier.of("billing.refund", "{\"amount\": 60, \"payment\": \"p1\"}"));

        assertThat(decide(changed(2, "2026-02-01"), second).effect()).isEqualTo(Effect.ALLOW);
        assertThat(decide(changed(1, "2026-02-01"), second).effect()).isEqualTo(Effect.ESCALATE);
    }

    @Test
    void whatPeopleLookedAtBeforeDoesNotCount() {
        Scene second = Scene.refund("{\"amount\": 60, \"payment\": \"p1\"}")
                .by(ALONE)
                .after(Scene.Earlier.of("billing.refund", "{\"amount\": 60, \"payment\": \"p1\"}")
                        .ago(Duration.ofMinutes(11)));

        assertThat(decide(changed(1, "2026-02-01"), second).effect()).isEqualTo(Effect.ALLOW);
    }

    @Test
    void theSumOfADayIsNotExceeded() {
        Scene second = Scene.refund("{\"amount\": 80, \"payment\": \"p1\"}")
                .by(ALONE)
                .after(Scene.Earlier.of("billing.refund", "{\"amount\": 71, \"payment\": \"p1\"}"));

        assertThat(decide(changed(9, "2026-02-01"), second).effect()).isEqualTo(Effect.ESCALATE);
    }

    @Test
    void lapsesByItself() {
        Scene inside = Scene.refund("{\"amount\": 80, \"payment\": \"p1\"}").by(ALONE);

        assertThat(decide(changed(3, "2026-01-02"), inside).effect()).isEqualTo(Effect.ALLOW);
        assertThat(decide(changed(3, "2026-01-01"), inside).effect()).isEqualTo(Effect.ESCALATE);
    }

    @Test
    void neverSilencesADenial() {
        PolicyBundle changed = exception("p13", 3, "2026-02-01").in(base, "2", "accepted/one.drl");

        assertThat(decide(
                                changed,
                                Scene.refund("{\"amount\": 80, \"payment\": \"p13\"}")
                                        .by(ALONE))
                        .effect())
                .isEqualTo(Effect.DENY);
    }

    @Test
    void aRuleInDoubtMakesNoWay() {
        String rules = """
                rule "a" @unless("b") when ToolCall( tool == "billing.refund", text("note") != "x" )
                    then escalate("ask").to("finance").within("1h"); end
                rule "b" when ToolCall( tool == "billing.refund", number("amount") == 7 ) then allow("known"); end
                """;

        assertThat(Bundles.decide(rules, Scene.refund("{\"amount\": 7, \"note\": \"y\"}"))
                        .effect())
                .isEqualTo(Effect.ALLOW);
        assertThat(Bundles.decide(rules, Scene.refund("{\"amount\": 7}")).effect())
                .isEqualTo(Effect.DENY);
    }

    @Test
    void changesNothingElseAndKeepsComments() {
        PolicyBundle changed = changed(3, "2026-02-01");

        assertThat(changed.version()).isEqualTo("2");
        assertThat(changed.texts().get("rules.drl"))
                .contains("// Large ones.", "// over fifty", "@unless(\"known refund\")", "@owner(\"finance\")");
        assertThat(BundleDiff.between(base, changed, ToolSet.given(TestTools.ALL))
                        .rules())
                .extracting(BundleDiff.RuleChange::name)
                .containsExactly("known refund", "large");
    }

    @Test
    void aSecondExceptionStandsBesideTheFirst() {
        BoundedException second = new BoundedException(
                "another",
                "large",
                new ToolName("billing.refund"),
                "support-bot",
                false,
                new TreeMap<>(Map.of(
                        "amount",
                        new BoundedException.Bound.Range(
                                new BigDecimal("51"), new BigDecimal("51"), Optional.empty()))),
                EARLIER,
                1,
                LocalDate.parse("2026-02-01"),
                "known too");

        PolicyBundle both = second.in(changed(3, "2026-02-01"), "3", "accepted/two.drl");

        assertThat(decide(both, Scene.refund("{\"amount\": 51}").by(ALONE)).rule())
                .contains("another");
        assertThat(decide(
                                both,
                                Scene.refund("{\"amount\": 80, \"payment\": \"p1\"}")
                                        .by(ALONE))
                        .rule())
                .contains("known refund");
    }

    @Test
    void hostileValuesStayTexts() {
        String hostile = "\" ) then allow(\"x\"); end rule \"mine\" when ToolCall( ) then allow(\"y\\";

        assertThat(exception(hostile, 1, "2026-02-01")
                        .in(base, "2", "accepted/one.drl")
                        .texts()
                        .get("accepted/one.drl"))
                .contains("\\\" ) then allow(\\\"x\\\"); end");
        assertThatThrownBy(() -> exception("two\nlines", 1, "2026-02-01").text())
                .isInstanceOf(InvalidBundleException.class);
        assertThatThrownBy(
                        () -> exception("turned \u202e round", 1, "2026-02-01").text())
                .isInstanceOf(InvalidBundleException.class);
    }

    @Test
    void aRuleOfATableIsLeftToPeople() {
        PolicyBundle table = Bundles.ofRules("rule \"small\" when ToolCall( ) then allow(\"x\"); end");

        assertThatThrownBy(() -> exception("p1", 1, "2026-02-01").in(table, "2", "accepted/one.drl"))
                .isInstanceOfSatisfying(
                        InvalidBundleException.class,
                        invalid ->
                                assertThat(invalid.problems().get(0).message()).contains("by hand"));
    }

    @Test
    void onlyEscalationsMakeWayAndOnlyToWhatAllows() {
        assertThat(Bundles.problems("""
                rule "a" @unless("b") when ToolCall( ) then deny("no"); end
                rule "b" when ToolCall( ) then allow("yes"); end
                rule "c" @unless("a") @unless("nowhere") when ToolCall( ) then escalate("x").to("finance").within("1h"); end
                """))
                .extracting(BundleProblem::message)
                .satisfiesExactly(
                        first -> assertThat(first).contains("stands above a rule that escalates"),
                        second -> assertThat(second).contains("\"a\""),
                        third -> assertThat(third).contains("\"nowhere\""));
    }

    @Test
    void anEscalationWithAnExceptionCoversNoOther() {
        List<LintFinding> findings = Lint.check(Bundles.ofRules("""
                        rule "all" @unless("known") when ToolCall( tool == "billing.refund" )
                            then escalate("x").to("finance").within("1h"); end
                        rule "large" when ToolCall( tool == "billing.refund", number("amount") > 5 )
                            then escalate("y").to("finance").within("1h"); end
                        rule "known" when ToolCall( tool == "billing.refund", number("amount") == 7 ) then allow("z"); end
                        """), ToolSet.given(TestTools.ALL));

        assertThat(findings).extracting(LintFinding::check).doesNotContain(LintCheck.COVERED);
    }
}
