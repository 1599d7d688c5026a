package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Scope;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyCasesTest {

    private static final String SMALL = Bundles.rule(
            "small", "ToolCall( tool == \"billing.refund\", number(\"amount\") <= 50 )", "allow(\"small\")");
    private static final String STOP =
            Bundles.rule("stop", "ToolCall( tool == \"billing.refund\", number(\"amount\") > 40 )", "deny(\"stop\")");

    @Test
    void everyCaseOfTheExampleComesOut() throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(PolicyCasesTest.class.getResource("example-bundle"))
                .toURI());
        PolicyBundle bundle = PolicyBundle.read(folder);

        List<CaseResult> results = PolicyCompiler.compile(bundle, TestTools.ALL)
                .fold(engine -> PolicyCases.run(engine, TestTools.ALL), problems -> {
                    throw new AssertionError(problems.toString());
                });

        assertThat(results).hasSizeGreaterThan(5).allMatch(CaseResult.Passed.class::isInstance);
        assertThat(results.get(0)).isEqualTo(new CaseResult.Passed("mail is allowed", "cases/mail.yaml", 1));
    }

    @Test
    void saysWhatWasExpectedAndWhatCameOut() {
        CaseResult result = run("""
                        # a comment
                        - name: too large
                          call: { tool: billing.refund, arguments: { amount: 45 } }
                          principal: { agent: bot }
                          expect: allow
                          rules: [small]
                        """).get(0);

        assertThat(result)
                .isEqualTo(
                        new CaseResult.Failed(
                                "too large",
                                "cases/a.yaml",
                                2,
                                "expected allow by \"small\", but it was deny by \"stop\": stop (overruled: allow by \"small\": small)"));
    }

    @ParameterizedTest
    @CsvSource({"allow, small, 20, true", "allow, stop, 20, false", "deny, stop, 60, true", "deny, small, 60, false"})
    void comparesTheDecidingRules(String expected, String rule, int amount, boolean passes) {
        CaseResult result = run("""
                - name: x
                  call: { tool: billing.refund, arguments: { amount: %d } }
                  principal: { agent: bot }
                  expect: %s
                  rules: [%s]
                """.formatted(amount, expected, rule)).get(0);

        assertThat(result instanceof CaseResult.Passed).isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "11, 1"})
    void aBundleCannotTellOfMoreEarlierCallsThanAreJudgedQuickly(int cases, int itemsOfEach) {
        String item = "    - { tool: billing.refund, ago: 1m, times: 10000 }\n";
        String one = """
                - name: x
                  call: { tool: billing.refund }
                  principal: { agent: bot }
                  expect: allow
                  history:
                """ + item.repeat(itemsOfEach);
        List<BundleProblem> problems = new ArrayList<>();

        new CaseReader(TestTools.ALL).read("cases/a.yaml", one.repeat(cases), problems);

        assertThat(problems).singleElement().asString().contains("a case has at most 20000 earlier calls");
    }

    /** Whose earlier call it was, and which histories it is in. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tool: billing.refund | identity person tool fleet",
                "tool: billing.refund, agent: bot, onBehalfOf: ana | identity person tool fleet",
                "tool: crm.lookup | identity person fleet",
                "tool: billing.refund, agent: other | person tool fleet",
                "tool: billing.refund, onBehalfOf: ben | tool fleet",
                "tool: crm.lookup, agent: other, onBehalfOf: ben | fleet",
            })
    void anEarlierCallOfAnotherIsSeenOnlyByThoseWhoLookThatFar(String call, String seenBy) {
        for (Scope scope : Scope.values()) {
            String from = scope == Scope.IDENTITY ? "" : " from entry-point \"" + scope.text() + "\"";
            CaseResult result = run(Bundles.allow("ToolCall()", "exists Past()" + from), """
                            - name: x
                              call: { tool: billing.refund }
                              principal: { agent: bot, onBehalfOf: ana }
                              history: [ { ago: 1m, %s } ]
                              expect: %s
                            """.formatted(
                                    call, seenBy.contains(scope.text()) ? "allow" : "deny"))
                    .get(0);

            assertThat(result).as("%s", scope).isInstanceOf(CaseResult.Passed.class);
        }
    }

    @Test
    void anAgentThatActsForNobodySharesItsHistoryWithNoOther() {
        CaseResult result = run(Bundles.allow("ToolCall()", "not Past() from entry-point \"person\""), """
                        - name: x
                          call: { tool: billing.refund }
                          principal: { agent: bot }
                          history: [ { ago: 1m, tool: billing.refund, agent: other } ]
                          expect: allow
                        """)
                .get(0);

        assertThat(result).isInstanceOf(CaseResult.Passed.class);
    }

    @Test
    void noRuleIsAlsoAnExpectation() {
        String silent = """
                - name: x
                  call: { tool: billing.refund, arguments: {} }
                  principal: { agent: bot }
                  expect: deny
                  rules: %s
                """;

        assertThat(run(silent.formatted("[]")).get(0)).isInstanceOf(CaseResult.Passed.class);
        assertThat(run(silent.formatted("[stop]")).get(0))
                .extracting("reason")
                .isEqualTo("expected deny by \"stop\", but it was deny, since no rule spoke");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "call: {tool: billing.refnd}, principal: {agent: b}, expect: deny, name: n | did you mean billing.refund?",
                "call: {tool: billing.refund}, principal: {agent: b}, expect: dent, name: n | did you mean deny?",
                "call: {tool: billing.refund}, principal: {agent: b}, expects: deny, name: n | did you mean expect?",
                "call: {tool: billing.refund}, principal: {}, expect: deny, name: n | 'agent' is missing",
                "call: {tool: billing.refund}, expect: deny, name: n | 'principal' is missing",
                "call: {tool: billing.refund}, principal: {agent: b}, expect: deny | 'name' is missing",
                "call: {tool: billing.refund}, principal: {agent: b, roles: [root]}, expect: deny, name: n | 'root' is none of them",
                "call: {tool: billing.refund, arguments: [1]}, principal: {agent: b}, expect: deny, name: n | here stand entries",
                "call: {tool: billing.refund, arguments: {a: 9007199254740993}}, principal: {agent: b}, expect: deny, name: n | no form in JSON",
                "call: {tool: billing.refund, arguments: {a: !!binary x}}, principal: {agent: b}, expect: deny, name: n | tags are not used",
                "call: {tool: billing.refund}, principal: {agent: b}, expect: deny, name: n, history: [{tool: crm.lookup}] | 'ago' is missing",
                "call: {tool: billing.refund}, principal: {agent: b}, expect: deny, name: n, history: [{tool: crm.lookup, ago: 1 day}] | 'ago' is a duration",
                "call: {tool: billing.refund}, principal: {agent: b}, expect: deny, name: n, history: [{tool: crm.x, ago: 1d}] | there is no tool 'crm.x'",
                "call: {tool: billing.refund}, principal: {agent: b}, expect: deny, name: n, history: [{tool: crm.lookup, ago: 1d, outcome: ok}] | 'ok' is none of them",
            })
    void aCaseThatMakesNoSenseFails(String yaml, String reason) {
        List<CaseResult> results = run("# one case\n- { %s }".formatted(yaml));

        assertThat(results).anySatisfy(result -> {
            assertThat(result).extracting("reason").asString().contains(reason);
            assertThat(result.line()).isEqualTo(2);
        });
        assertThat(results).noneMatch(CaseResult.Passed.class::isInstance);
    }

    @Test
    void aFileThatIsNoListFails() {
        assertThat(run("name: x")).extracting("reason").containsExactly("here stands a list");
        assertThat(run("[")).singleElement().isInstanceOf(CaseResult.Failed.class);
    }

    private static List<CaseResult> run(String cases) {
        return run(SMALL + STOP, cases);
    }

    private static List<CaseResult> run(String drl, String cases) {
        PolicyBundle bundle =
                Bundles.of(Map.of("bundle.yaml", Bundles.MANIFEST, "rules.drl", drl, "cases/a.yaml", cases));
        return PolicyCompiler.compile(bundle, TestTools.ALL)
                .fold(engine -> PolicyCases.run(engine, TestTools.ALL), problems -> {
                    throw new AssertionError(problems.toString());
                });
    }
}
