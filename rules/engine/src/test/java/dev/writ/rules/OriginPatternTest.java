package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.Origin;
import dev.writ.model.Source;
import dev.writ.model.ToolName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rules say of where a value came from. */
class OriginPatternTest {

    private static final String CALL = "ToolCall( tool == \"mail.send\" )";
    private static final String KNOWN = "Origin( argument == \"to\", source in (\"user\", \"trusted\") )";
    private static final String CLEAN = "not Origin( argument == \"to\", tainted == true )";

    @ParameterizedTest
    @CsvSource({"USER, ALLOW", "TRUSTED, ALLOW", "UNTRUSTED, DENY", "NOWHERE, DENY"})
    void asksForASource(Source source, Effect effect) {
        assertThat(decide(KNOWN, new Origin("to", source, false, List.of())).effect())
                .isEqualTo(effect);
    }

    @ParameterizedTest
    @CsvSource({"true, DENY", "false, ALLOW"})
    void excludesWhatIsTainted(boolean tainted, Effect effect) {
        assertThat(decide(CLEAN, new Origin("to", Source.USER, tainted, List.of()))
                        .effect())
                .isEqualTo(effect);
    }

    @Test
    void anotherArgumentsOriginSaysNothing() {
        assertThat(decide(KNOWN, new Origin("body", Source.USER, false, List.of()))
                        .effect())
                .isEqualTo(Effect.DENY);
    }

    @Test
    void theEntriesThatAValueWasSeenInSpeakForTheAnswer() {
        Decision decision = decide(KNOWN, new Origin("to", Source.USER, false, List.of(7L, 3L)));

        assertThat(decision.deciding())
                .singleElement()
                .satisfies(verdict -> assertThat(verdict.matched()).containsExactly(3L, 7L));
    }

    @Test
    void isInDoubtWhereNobodyLooked() {
        Decision decision = decide(CLEAN);

        assertThat(decision.effect()).isEqualTo(Effect.DENY);
        assertThat(decision.reason()).contains("it was not found out where the arguments come from");
    }

    @Test
    void nothingComesFromABadPlaceIfThereAreNoArguments() {
        assertThat(Bundles.decide(rule(CLEAN), Scene.call("mail.send", "{}")).effect())
                .isEqualTo(Effect.ALLOW);
        assertThat(Bundles.decide(rule(KNOWN), Scene.call("mail.send", "{}")).effect())
                .isEqualTo(Effect.DENY);
    }

    @Test
    void comparesWithWhatAnotherPatternNamed() {
        String rule = Bundles.rule(
                "r",
                "ToolCall( tool == \"mail.send\", $body : text(\"body\") )",
                "allow(\"x\")",
                "Origin( argument == \"to\", source == $body )");
        String absent = Bundles.rule(
                "r",
                "ToolCall( tool == \"mail.send\", $amount : text(\"amount\") )",
                "allow(\"x\")",
                "not Origin( argument == \"to\", source == $amount )");

        Facts facts = facts(new Origin("to", Source.USER, false, List.of()));
        try (PolicyEngine engine = Bundles.engine(rule)) {
            assertThat(engine.evaluate(facts).effect()).isEqualTo(Effect.ALLOW);
        }
        try (PolicyEngine engine = Bundles.engine(absent)) {
            assertThat(engine.evaluate(facts).reason()).contains("$amount is undefined");
        }
    }

    @Test
    void saysWhichToolsNeedIt() {
        String refund = Bundles.rule("other", "ToolCall( tool == \"billing.refund\" )", "allow(\"x\")");
        try (PolicyEngine engine = Bundles.engine(rule(CLEAN) + refund)) {
            assertThat(engine.needsOrigins(new ToolName("mail.send"))).isTrue();
            assertThat(engine.needsOrigins(new ToolName("billing.refund"))).isFalse();
        }
        try (PolicyEngine engine =
                Bundles.engine(Bundles.rule("any", "ToolCall()", "allow(\"x\")", "Origin( tainted == false )"))) {
            assertThat(engine.needsOrigins(new ToolName("billing.refund"))).isTrue();
            assertThat(engine.needsOrigins(new ToolName("crm.lookup"))).isFalse();
        }
    }

    @Test
    void isPrintedAsItIsRead() {
        try (PolicyEngine engine = Bundles.engine(rule(KNOWN + "\n" + CLEAN))) {
            assertThat(engine.canonicalRules()).contains(KNOWN, CLEAN);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Origin( argument == \"too\" ) | mail.send has no argument 'too'; did you mean to?",
                "Origin( argument != \"to\" ) | 'argument' is compared with == or in",
                "Origin( argument in (\"to\", \"cc\") ) | mail.send has no argument 'cc'",
                "Origin( \"x..\" == argument ) | a path is the names of members",
                "Origin( argument == \"to\", source == \"model\" ) | source is never \"model\"",
                "Origin( argument == \"to\", tainted == \"yes\" ) | tainted is a flag",
                "Origin( path == \"to\" ) | Origin has no 'path'",
                "exists Origin( argument == \"to\" ) | Past( ... ) is expected",
            })
    void whatMakesNoSenseIsReported(String pattern, String message) {
        assertThat(Bundles.problems(rule(pattern)))
                .anySatisfy(problem -> assertThat(problem.message()).contains(message));
    }

    @Test
    void aCaseSaysWhereItsArgumentsComeFrom() {
        assertThat(cases("""
                        - { name: a, call: { tool: mail.send, arguments: { to: x, body: y } }, principal: { agent: b },
                            origins: { to: user }, expect: allow }
                        - { name: b, call: { tool: mail.send, arguments: { to: x, body: y } }, principal: { agent: b }, origins: { to: { source: user, tainted: true } }, expect: deny, rules: [] }
                        - { name: c, call: { tool: mail.send, arguments: { to: x, body: y } }, principal: { agent: b }, origins: { to: untrusted }, expect: deny }
                        - { name: d, call: { tool: mail.send, arguments: { to: x, body: y } }, principal: { agent: b }, expect: deny }
                        """))
                .hasSize(4)
                .allSatisfy(result -> assertThat(result).isInstanceOf(CaseResult.Passed.class));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ too: user } | the call has no argument 'too'",
                "{ to: model } | 'model' is none of them",
                "{ to: { tainted: true } } | 'source' is missing",
                "{ to: { source: user, tainted: maybe } } | 'maybe' is none of them",
                "[ to ] | here stand entries",
            })
    void originsOfACaseThatMakeNoSenseFail(String origins, String reason) {
        assertThat(cases(
                        "- { name: a, call: { tool: mail.send, arguments: { to: x } }, principal: { agent: b }, origins: "
                                + origins + ", expect: allow }"))
                .anySatisfy(result ->
                        assertThat(result).extracting("reason").asString().contains(reason));
    }

    private static List<CaseResult> cases(String yaml) {
        String rules = rule(KNOWN + "\n" + CLEAN);
        PolicyBundle bundle =
                Bundles.of(Map.of("bundle.yaml", Bundles.MANIFEST, "rules.drl", rules, "cases/a.yaml", yaml));
        return PolicyCompiler.compile(bundle, TestTools.ALL)
                .fold(engine -> PolicyCases.run(engine, TestTools.ALL), problems -> {
                    throw new AssertionError(problems.toString());
                });
    }

    private static Decision decide(String pattern, Origin... origins) {
        try (PolicyEngine engine = Bundles.engine(rule(pattern))) {
            return engine.evaluate(facts(origins));
        }
    }

    private static String rule(String pattern) {
        return Bundles.rule("r", CALL, "allow(\"because\")", pattern);
    }

    private static Facts facts(Origin... origins) {
        Facts scene =
                Scene.call("mail.send", "{\"to\": \"ana\", \"body\": \"user\"}").facts();
        return new Facts(
                scene.call(),
                scene.principal(),
                scene.tool(),
                scene.history(),
                Map.of(),
                List.of(origins),
                List.of(),
                scene.now());
    }
}
