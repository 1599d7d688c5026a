package dev.writ.rules;

import static dev.writ.rules.Bundles.allow;
import static dev.writ.rules.Bundles.engine;
import static dev.writ.rules.Bundles.problems;
import static dev.writ.rules.Scene.refund;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolEffects;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator says of a tool's effects, as rules see it. */
class ToolEffectsLanguageTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "risk == \"high\" ~ {\"risk\": \"high\"} ~ ALLOW",
                "risk == \"high\" ~ {\"risk\": \"low\"} ~ DENY",
                "risk in (\"high\", \"critical\") ~ {\"risk\": \"critical\"} ~ ALLOW",
                "risk in (\"high\", \"critical\") ~ {\"risk\": \"medium\"} ~ DENY",
                "reversible == true ~ {\"reversible\": true} ~ ALLOW",
                "reversible == false ~ {\"reversible\": true} ~ DENY",
                "reversible == true ~ {\"readOnly\": true} ~ ALLOW",
                "outbound == false ~ {\"outbound\": false} ~ ALLOW",
                "outbound == true ~ {\"outbound\": false} ~ DENY",
                "readOnly == true ~ {\"readOnly\": true} ~ ALLOW",
                "readOnly == false ~ {\"readOnly\": true} ~ DENY"
            })
    void rulesSeeWhatWasSaid(String constraint, String effects, Effect expected) {
        assertThat(decide(constraint, effects)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "risk == \"critical\", ALLOW",
        "risk == \"low\", DENY",
        "reversible == false, ALLOW",
        "reversible == true, DENY",
        "outbound == true, ALLOW",
        "readOnly == false, ALLOW",
        "readOnly == true, DENY"
    })
    void whatWasNotSaidIsTheWorst(String constraint, Effect expected) {
        assertThat(decide(constraint, "{}")).isEqualTo(expected);
    }

    @Test
    void refusesAClassThatThereIsNot() {
        assertThat(problems(allow("ToolCall( tool == \"billing.refund\" )", "Tool( risk == \"huge\" )")))
                .singleElement()
                .asString()
                .contains("there is critical, high, low, medium");
    }

    @Test
    void aCaseGivesItsToolEffectsAndThenNeedsNone() {
        String file = """
                - name: any tool of that risk
                  call: { tool: vault.open, effects: { risk: high } }
                  principal: { agent: bot }
                  history: [ { tool: vault.look, ago: 1m } ]
                  expect: allow
                - name: a tool there is, of another risk
                  call: { tool: billing.refund, effects: { risk: low } }
                  principal: { agent: bot }
                  expect: deny
                - name: a tool there is not
                  call: { tool: vault.open }
                  principal: { agent: bot }
                  expect: deny
                - name: a risk there is not
                  call: { tool: vault.open, effects: { risk: huge } }
                  principal: { agent: bot }
                  expect: deny
                """;
        PolicyBundle bundle = Bundles.of(Map.of(
                "bundle.yaml",
                "name: any\nversion: 1.0.0\nscope: [\"*\"]\n",
                "rules.drl",
                allow("ToolCall( )", "Tool( risk == \"high\" )"),
                "cases/any.yaml",
                file));
        PolicyEngine engine = PolicyCompiler.compile(bundle, TestTools.ALL).fold(compiled -> compiled, problems -> {
            throw new AssertionError(problems.toString());
        });

        List<String> results = PolicyCases.run(engine, TestTools.ALL).stream()
                .map(result -> result.<String>fold(passed -> "passed", CaseResult.Failed::reason))
                .toList();

        assertThat(results).hasSize(4);
        assertThat(results.subList(0, 2)).containsExactly("passed", "passed");
        assertThat(results.get(2)).startsWith("there is no tool 'vault.open'");
        assertThat(results.get(3)).isEqualTo("'risk' is low, medium, high or critical");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "2, 1, passed",
                "2, 2, failed",
                "3, 2, passed",
                "x, 2, 'times' is a whole number from 1 to 10000",
                "0, 2, 'times' is a whole number from 1 to 10000",
                "10001, 2, 'times' is a whole number from 1 to 10000"
            })
    void anEarlierCallCanStandForMany(String times, int more, String expected) {
        PolicyBundle bundle = Bundles.of(Map.of(
                "bundle.yaml",
                Bundles.MANIFEST,
                "rules.drl",
                allow(
                        "ToolCall( tool == \"billing.refund\" )",
                        "accumulate( Past( tool == \"crm.lookup\" ); $n : count(); $n > " + more + " )"),
                "cases/many.yaml",
                "- { name: many, call: { tool: billing.refund }, principal: { agent: bot }, expect: allow,\n"
                        + "    history: [ { tool: crm.lookup, ago: 1m, times: " + times + " } ] }\n"));
        PolicyEngine engine = PolicyCompiler.compile(bundle, TestTools.ALL).fold(compiled -> compiled, problems -> {
            throw new AssertionError(problems.toString());
        });

        assertThat(PolicyCases.run(engine, TestTools.ALL).stream()
                        .map(result -> result.<String>fold(
                                passed -> "passed",
                                failed -> failed.reason().startsWith("'") ? failed.reason() : "failed")))
                .containsExactly(expected);
    }

    private static Effect decide(String constraint, String effects) {
        Facts facts = refund("{}").facts();
        ToolEffects said = ToolEffects.fromJson((JsonObject) JsonValue.parse(effects));
        try (PolicyEngine engine =
                engine(allow("ToolCall( tool == \"billing.refund\" )", "Tool( " + constraint + " )"))) {
            return engine.evaluate(new Facts(
                            facts.call(),
                            facts.principal(),
                            facts.tool().with(said),
                            facts.history(),
                            facts.grants(),
                            facts.now()))
                    .effect();
        }
    }
}
