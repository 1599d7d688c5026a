package dev.writ.rules;

import static dev.writ.rules.Bundles.decide;
import static dev.writ.rules.Bundles.problems;
import static dev.writ.rules.Bundles.rule;
import static dev.writ.rules.Scene.refund;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Decision;
import dev.writ.model.Effect;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rules oblige to when they allow or escalate. */
class ObligationLanguageTest {

    private static final String CALL = "ToolCall( tool == \"billing.refund\" )";

    @Test
    void aPermissionCarriesWhatItObligesTo() {
        Decision decision = decide(
                rule(
                        "r",
                        CALL,
                        "allow(\"so\").mask(\"card\").set(\"amount\", -1.50).set(\"urgent\", false).set(\"customer.id\","
                                + " \"c-1\").redact(\"customer.iban\").cap(\"items\", 100).label(\"untrusted\")"),
                refund("{}"));

        assertThat(decision.obligations().toJson().toJson())
                .isEqualTo("[{\"mask\":\"card\"},{\"set\":\"amount\",\"to\":-1.5},{\"set\":\"urgent\",\"to\":false},"
                        + "{\"set\":\"customer.id\",\"to\":\"c-1\"},{\"redact\":\"customer.iban\"},"
                        + "{\"at\":100,\"cap\":\"items\"},{\"label\":\"untrusted\"}]");
    }

    @Test
    void aPermissionMayExpectAnotherCall() {
        Decision decision = decide(
                rule(
                        "r",
                        CALL,
                        "allow(\"so\").expect(\"crm.lookup\").within(\"10m\").otherwise(\"freeze\")"
                                + ".expect(\"mail.send\").within(\"1d\").otherwise(\"escalate\", \"finance\")"),
                refund("{}"));

        assertThat(decision.obligations().toJson().toJson())
                .isEqualTo(
                        "[{\"expect\":\"crm.lookup\",\"otherwise\":\"freeze\",\"within\":\"PT10M\"},"
                                + "{\"expect\":\"mail.send\",\"otherwise\":\"escalate\",\"to\":\"finance\",\"within\":\"PT24H\"}]");
    }

    @Test
    void anEscalationDoesToo() {
        Decision decision = decide(
                rule("r", CALL, "escalate(\"ask\").to(\"finance\").within(\"4h\").allowing(\"owner\").mask(\"card\")"),
                refund("{}"));

        assertThat(decision.effect()).isEqualTo(Effect.ESCALATE);
        assertThat(decision.obligations().toJson().toJson()).isEqualTo("[{\"mask\":\"card\"}]");
    }

    @Test
    void twoRulesThatContradictEachOtherDeny() {
        Decision decision = decide(
                rule("a", CALL, "allow(\"a\").set(\"note\", \"x\")") + rule("b", CALL, "allow(\"b\").mask(\"note\")"),
                refund("{}"));

        assertThat(decision.effect()).isEqualTo(Effect.DENY);
        assertThat(decision.rule()).contains(Decision.OBLIGATION);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "allow(\"x\").^mask(\"crd\") ~ has no argument 'crd'; did you mean card?",
                "allow(\"x\").^mask(\"amount\") ~ is of type number; mask(\"...\") is about another type",
                "allow(\"x\").^mask(\"urgent\") ~ is of type boolean",
                "allow(\"x\").^set(\"amount\", \"1\") ~ is of type number; set(\"...\") is about another type",
                "allow(\"x\").^set(\"card\", 1) ~ is of type string",
                "allow(\"x\").^set(\"urgent\", \"true\") ~ is of type boolean",
                "allow(\"x\").set(\"note\", ^text(\"card\")) ~ a number, true or false is expected",
                "allow(\"x\").set(\"count\", ^12345678901234567891) ~ more digits than JSON can carry",
                "allow(\"x\").mask(\"card\").^set(\"card\", \"1\") ~ contradict each other",
                "allow(\"x\").set(\"note\", \"1\").^set(\"note\", \"2\") ~ contradict each other",
                "allow(\"x\").redact(^\"\") ~ a path is",
                "allow(\"x\").redact(^\"a..b\") ~ a path is",
                "allow(\"x\").cap(\"items\", ^0.5) ~ a whole number from 0",
                "allow(\"x\").cap(\"items\", ^10000000) ~ a whole number from 0",
                "allow(\"x\").cap(\"items\", ^-1) ~ a whole number is expected",
                "allow(\"x\").label(^\"Un trusted\") ~ a label has",
                "allow(\"x\")^.replace(\"card\") ~ .mask(\"path\")",
                "allow(\"x\")^.System.exit(1) ~ .mask(\"path\")",
                "allow(\"x\").^expect(\"mail.sendd\").within(\"1h\").otherwise(\"alert\") ~ did you mean mail.send?",
                "allow(\"x\").expect(^\"no tool\").within(\"1h\").otherwise(\"alert\") ~ the name of a tool",
                "allow(\"x\").expect(\"mail.send\").within(^\"1w\").otherwise(\"alert\") ~ a duration is",
                "allow(\"x\").expect(\"mail.send\").within(^\"31d\").otherwise(\"alert\") ~ within 30d",
                "allow(\"x\").expect(\"mail.send\").within(\"1h\").otherwise(^\"shrug\") ~ here stands \"freeze\"",
                "allow(\"x\").expect(\"mail.send\").within(\"1h\").otherwise(\"escalate\"^) ~ the group",
                "allow(\"x\").^expect(\"mail.send\").within(\"1h\").otherwise(\"escalate\", \"nobody\") ~ lists no group",
                "allow(\"x\").expect(\"mail.send\")^.otherwise(\"freeze\") ~ goes on with .within",
                "allow(\"x\").expect(\"mail.send\").within(\"1h\")^; ~ goes on with .otherwise",
                "deny(\"x\")^.mask(\"card\") ~ it obliges to nothing",
                "escalate(\"x\")^.mask(\"card\").to(\"finance\").within(\"4h\") ~ goes on with .to"
            })
    void refusesAtItsPlace(String marked, String message) {
        List<BundleProblem> problems = problems(rule("r", CALL, marked.replace("^", "")));

        assertThat(problems).anySatisfy(problem -> {
            assertThat(problem.line()).isEqualTo(4);
            assertThat(problem.column()).isEqualTo("then ".length() + marked.indexOf('^') + 1);
            assertThat(problem.message()).contains(message);
        });
    }

    @Test
    void aRuleThatSetsNamesItsTools() {
        assertThat(problems(rule("r", "ToolCall()", "allow(\"x\").set(\"note\", \"1\")")))
                .extracting(BundleProblem::message)
                .containsExactly("which tools have this argument? Name them in ToolCall with tool == \"...\"");
        assertThat(problems(rule("r", "ToolCall()", "allow(\"x\").mask(\"note\")")))
                .isEmpty();
    }

    @Test
    void aRuleHasOnlySoMany() {
        assertThat(problems(rule("r", CALL, "allow(\"x\")" + ".label(\"a\")".repeat(17))))
                .extracting(BundleProblem::message)
                .containsExactly("a rule has at most 16 obligations");
    }

    @Test
    void casesSayWhatItObligesTo() {
        String cases = """
                - name: right
                  call: { tool: billing.refund }
                  principal: { agent: bot }
                  expect: allow
                  obligations: [ { cap: items, at: 10 }, { mask: card }, { expect: mail.send, within: 10m, otherwise: alert } ]
                - name: one is missing
                  call: { tool: billing.refund }
                  principal: { agent: bot }
                  expect: allow
                  obligations: [ { mask: card } ]
                - name: none expected
                  call: { tool: billing.refund }
                  principal: { agent: bot }
                  expect: allow
                  obligations: []
                """;
        PolicyBundle bundle = Bundles.of(Map.of(
                "bundle.yaml",
                Bundles.MANIFEST,
                "rules.drl",
                rule(
                        "r",
                        CALL,
                        "allow(\"x\").mask(\"card\").cap(\"items\", 10).expect(\"mail.send\").within(\"10m\").otherwise(\"alert\")"),
                "cases/x.yaml",
                cases));
        PolicyEngine engine = PolicyCompiler.compile(bundle, TestTools.ALL).fold(compiled -> compiled, problems -> {
            throw new AssertionError(problems.toString());
        });

        assertThat(PolicyCases.run(engine, TestTools.ALL).stream()
                        .map(result -> result.<String>fold(passed -> "passed", CaseResult.Failed::reason)))
                .containsExactly(
                        "passed",
                        "expected allow obliging to {\"mask\":\"card\"}, but it was allow by \"r\": x, obliging to"
                                + " [{\"mask\":\"card\"},{\"at\":10,\"cap\":\"items\"},"
                                + "{\"expect\":\"mail.send\",\"otherwise\":\"alert\",\"within\":\"PT10M\"}]",
                        "expected allow without obligations, but it was allow by \"r\": x, obliging to"
                                + " [{\"mask\":\"card\"},{\"at\":10,\"cap\":\"items\"},"
                                + "{\"expect\":\"mail.send\",\"otherwise\":\"alert\",\"within\":\"PT10M\"}]");
    }
}
