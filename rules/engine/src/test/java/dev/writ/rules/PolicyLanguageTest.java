package dev.writ.rules;

import static dev.writ.rules.Bundles.allow;
import static dev.writ.rules.Bundles.decide;
import static dev.writ.rules.Bundles.rule;
import static dev.writ.rules.Scene.refund;
import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.AgentBuild;
import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.Party;
import dev.writ.model.Principal;
import dev.writ.model.Requirement;
import dev.writ.model.Role;
import dev.writ.model.Rung;
import dev.writ.model.Scope;
import dev.writ.model.ToolName;
import dev.writ.rules.Scene.Earlier;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the constructs of the language mean. */
class PolicyLanguageTest {

    private static final String ARGUMENTS = """
            {"amount": 50, "payment": "p-1", "note": "please refund", "urgent": true, "items": ["a", 2, false],
             "customer": {"id": "c-1", "age": 40}, "count": 3}
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "number(\"amount\") == 50",
                "number(\"amount\") == 50.00",
                "number(\"amount\") != 50.01",
                "number(\"amount\") >= 50",
                "number(\"amount\") <= 50",
                "number(\"amount\") > 49.999999999999999999",
                "number(\"amount\") < 50.000000000000000001",
                "number(\"amount\") > -1",
                "number(\"amount\") + number(\"count\") - 3 == 50",
                "number(\"amount\") in (1, 50.0)",
                "number(\"amount\") not in (1, 2)",
                "text(\"payment\") == \"p-1\"",
                "\"p-1\" == text(\"payment\")",
                "text(\"payment\") != \"P-1\"",
                "text(\"payment\") in (\"x\", \"p-1\")",
                "text(\"note\") contains \"ref\"",
                "text(\"note\") not contains \"Ref\"",
                "text(\"note\") matches \"please .*\"",
                "text(\"note\") not matches \"please\"",
                "flag(\"urgent\") == true",
                "flag(\"urgent\") != false",
                "flag(\"urgent\") in (true)",
                "list(\"items\") contains \"a\"",
                "list(\"items\") contains 2",
                "list(\"items\") contains false",
                "list(\"items\") not contains \"2\"",
                "\"a\" memberOf list(\"items\")",
                "text(\"payment\") not memberOf list(\"items\")",
                "text(\"customer.id\") == \"c-1\"",
                "number(\"customer.age\") == 40",
                "number(\"amount\") == 1 || text(\"payment\") == \"p-1\"",
                "number(\"amount\") == 50 && text(\"payment\") == \"p-1\"",
                "(number(\"amount\") == 1 || number(\"amount\") == 50) && text(\"payment\") == \"p-1\"",
                "$a : number(\"amount\"), number(\"amount\") == $a"
            })
    void holds(String constraint) {
        assertThat(decide(allow("ToolCall( tool == \"billing.refund\", " + constraint + " )"), refund(ARGUMENTS))
                        .effect())
                .isEqualTo(Effect.ALLOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "number(\"amount\") == 51",
                "number(\"amount\") != 50.0",
                "number(\"amount\") > 50",
                "number(\"amount\") < 50",
                "number(\"amount\") + 1 <= 50",
                "number(\"amount\") not in (50)",
                "text(\"payment\") == \"p-1 \"",
                "text(\"note\") matches \"refund\"",
                "text(\"note\") matches \"please\"",
                "text(\"note\") not contains \"ref\"",
                "flag(\"urgent\") == false",
                "list(\"items\") contains \"b\"",
                "list(\"items\") not contains 2.0",
                "\"a\" not memberOf list(\"items\")",
                "number(\"amount\") == 1 || text(\"payment\") == \"x\"",
                "number(\"amount\") == 1 && text(\"payment\") == \"p-1\""
            })
    void doesNotHold(String constraint) {
        assertThat(decide(allow("ToolCall( tool == \"billing.refund\", " + constraint + " )"), refund(ARGUMENTS))
                        .verdicts())
                .isEmpty();
    }

    @Test
    void addsExactly() {
        String drl = allow("ToolCall( tool == \"billing.refund\", number(\"amount\") + 0.2 == 0.3 )");

        assertThat(decide(drl, refund("{\"amount\": 0.1}")).effect()).isEqualTo(Effect.ALLOW);
    }

    @ParameterizedTest
    @CsvSource({"allow, allow, ALLOW", "allow, escalate, ESCALATE", "allow, deny, DENY", "escalate, deny, DENY"})
    void denyBeatsEscalateBeatsAllow(String one, String other, Effect expected) {
        String drl = rule("b", "ToolCall()", opinion(one)) + rule("a", "ToolCall()", opinion(other));

        Decision decision = decide(drl, refund("{}"));

        assertThat(decision.effect()).isEqualTo(expected);
        assertThat(decision.verdicts()).extracting("rule").containsExactly("a", "b");
    }

    @Test
    void deniesWhenNoRuleSpoke() {
        Decision decision = decide(allow("ToolCall( tool == \"mail.send\" )"), refund("{}"));

        assertThat(decision.effect()).isEqualTo(Effect.DENY);
        assertThat(decision.verdicts()).isEmpty();
    }

    @Test
    void saysNothingOutsideItsScopeHoweverWideTheRule() {
        assertThat(decide(allow("ToolCall()"), Scene.call("crm.lookup", "{}")).verdicts())
                .isEmpty();
        assertThat(decide(allow("ToolCall()"), refund("{}")).effect()).isEqualTo(Effect.ALLOW);
    }

    @Test
    void aRuleMayBeAboutSeveralTools() {
        String drl = allow("ToolCall( tool in (\"billing.refund\", \"mail.send\") )");

        assertThat(decide(drl, refund("{}")).effect()).isEqualTo(Effect.ALLOW);
        assertThat(decide(drl, Scene.call("mail.send", "{}")).effect()).isEqualTo(Effect.ALLOW);
        assertThat(decide(drl, Scene.call("billing.export", "{}")).verdicts()).isEmpty();
    }

    @Test
    void escalationCarriesWhatItAsksFor() {
        Decision decision = decide(
                rule("r", "ToolCall()", "escalate(\"why\").to(\"finance\").approvals(2).within(\"4h\")"), refund("{}"));

        assertThat(decision.deciding().get(0).requirement())
                .contains(new Requirement("finance", 2, Duration.ofHours(4)));
        assertThat(decision.reason()).isEqualTo("why");
    }

    @Test
    void escalationMayLetTheOnesConcernedApprove() {
        Decision decision = decide(
                rule(
                        "r",
                        "ToolCall()",
                        "escalate(\"why\").to(\"finance\").within(\"4h\").allowing(\"person\").allowing(\"owner\")"),
                refund("{}"));

        assertThat(decision.deciding().get(0).requirement())
                .contains(new Requirement("finance", 1, Duration.ofHours(4), Set.of(Party.OWNER, Party.PERSON)));
    }

    @Test
    void escalationNamesWhoIsAskedNext() {
        Decision decision = decide(
                rule(
                        "r",
                        "ToolCall()",
                        "escalate(\"why\").to(\"finance\").then(\"legal\").after(\"30m\").approvals(2).within(\"4h\")"),
                refund("{}"));

        assertThat(decision.deciding().get(0).requirement())
                .contains(new Requirement(
                        "finance",
                        2,
                        Duration.ofHours(4),
                        Set.of(),
                        List.of(new Rung("legal", Duration.ofMinutes(30)))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ".then(\"nobody\").after(\"30m\").within(\"4h\") | bundle.yaml lists no group",
                ".then(\"finance\").after(\"30m\").within(\"4h\") | is asked already",
                ".then(\"legal\").after(\"4h\").within(\"4h\") | nothing left to answer",
                ".then(\"legal\").after(\"0s\").within(\"4h\") | a duration is",
                ".then(\"legal\").within(\"4h\") | .after(",
                ".within(\"4h\").then(\"legal\").after(\"30m\") | found"
            })
    void refusesALadderThatLeadsNowhere(String steps, String problem) {
        assertThat(Bundles.problems(rule("r", "ToolCall()", "escalate(\"why\").to(\"finance\")" + steps)))
                .anySatisfy(found -> assertThat(found.toString()).contains(problem));
    }

    @Test
    void escalationMayAskForSignatures() {
        Decision decision = decide(
                rule(
                        "r",
                        "ToolCall()",
                        "escalate(\"why\").to(\"finance\").within(\"4h\").allowing(\"owner\").signed()"),
                refund("{}"));

        assertThat(decision.deciding().get(0).requirement())
                .contains(new Requirement("finance", 1, Duration.ofHours(4), Set.of(Party.OWNER), List.of(), true));
    }

    @Test
    void seesTheCaller() {
        Principal approver =
                new Principal("robot", Optional.empty(), "key-2", List.of(), Set.of(Role.AGENT, Role.APPROVER), "oidc");
        String drl = allow(
                "ToolCall()", "Principal( agent == \"robot\", assurance == \"oidc\", roles contains \"approver\" )");

        assertThat(decide(drl, refund("{}").by(approver)).effect()).isEqualTo(Effect.ALLOW);
        assertThat(decide(drl, refund("{}")).verdicts()).isEmpty();
        assertThat(decide(
                                allow("ToolCall()", "Principal( onBehalfOf == \"ana\" )"),
                                refund("{}").by(approver))
                        .verdicts())
                .isEmpty();
    }

    @Test
    void seesWhoActedBefore() {
        Principal delegate = new Principal(
                "robot", Optional.of("ana"), "key-2", List.of("planner", "portal"), Set.of(Role.AGENT), "oidc");
        String drl = allow("ToolCall()", "Principal( actors contains \"planner\" )");

        assertThat(decide(drl, refund("{}").by(delegate)).effect()).isEqualTo(Effect.ALLOW);
        assertThat(decide(drl, refund("{}")).verdicts()).isEmpty();
    }

    @Test
    void seesWhatTheAgentIsMadeOfAndWhoseWordThatIs() {
        String released = allow("ToolCall()", "Principal( agentRelease == \"2.3\" )");
        String attested = allow("ToolCall()", "Principal( agentRelease == \"2.3\", agentReleaseAttested == true )");

        assertThat(decide(released, refund("{}").by(made(AgentBuild.Word.CLAIMED)))
                        .effect())
                .isEqualTo(Effect.ALLOW);
        assertThat(decide(attested, refund("{}").by(made(AgentBuild.Word.CLAIMED)))
                        .verdicts())
                .isEmpty();
        assertThat(decide(attested, refund("{}").by(made(AgentBuild.Word.ATTESTED)))
                        .effect())
                .isEqualTo(Effect.ALLOW);
        assertThat(decide(released, refund("{}")).verdicts()).isEmpty();
        assertThat(decide(allow("ToolCall()", "Principal( agentModelAttested == false )"), refund("{}"))
                        .effect())
                .isEqualTo(Effect.ALLOW);
    }

    private static Principal made(AgentBuild.Word word) {
        AgentBuild build =
                new AgentBuild(Optional.of(new AgentBuild.Part("2.3", word)), Optional.empty(), Optional.empty());
        return new Principal("robot", Optional.empty(), "key-2", List.of(), Set.of(Role.AGENT), "oidc", build);
    }

    @Test
    void seesTheToolsDefinition() {
        String drl = allow("ToolCall()", "Tool( connector == \"billing\", idempotent == true )");

        assertThat(decide(drl, refund("{}")).effect()).isEqualTo(Effect.ALLOW);
        assertThat(decide(drl, Scene.call("billing.export", "{}")).verdicts()).isEmpty();
    }

    @Test
    void existsFindsTheNewestAndNamesIt() {
        String drl = allow("ToolCall()", "exists Past( tool == \"crm.lookup\", text(\"customer\") == \"c-1\" )");
        Scene scene = refund("{}")
                .after(Earlier.of("crm.lookup", "{\"customer\": \"c-1\"}"))
                .after(Earlier.of("crm.lookup", "{\"customer\": \"c-1\"}"))
                .after(Earlier.of("crm.lookup", "{\"customer\": \"c-2\"}"));

        Decision decision = decide(drl, scene);

        assertThat(decision.effect()).isEqualTo(Effect.ALLOW);
        assertThat(decision.deciding().get(0).matched()).containsExactly(2L);
    }

    @Test
    void readsWhatWasExtractedOfResults() {
        String drl = allow(
                "ToolCall( tool == \"billing.refund\", $p : text(\"payment\"), $amount : number(\"amount\"), $card : text(\"card\") )",
                "exists Past( tool == \"billing.payments\", outcome == \"succeeded\", extractedList(\"duplicates\")"
                        + " contains $p, extractedNumber(\"paid\") >= $amount, extractedText(\"card\") == $card,"
                        + " extractedFlag(\"open\") == true )");
        Scene scene = refund("{\"payment\": \"p-1\", \"amount\": 18, \"card\": \"c\"}");
        Earlier lookup = Earlier.of("billing.payments", "{}");

        assertThat(decide(
                                drl,
                                scene.after(
                                        lookup.extracting(
                                                "{\"duplicates\": [\"p-1\"], \"paid\": 18.00, \"card\": \"c\", \"open\": true}")))
                        .effect())
                .isEqualTo(Effect.ALLOW);
        assertThat(decide(
                                drl,
                                scene.after(
                                        lookup.extracting(
                                                "{\"duplicates\": [\"p-2\"], \"paid\": 18.00, \"card\": \"c\", \"open\": true}")))
                        .verdicts())
                .isEmpty();
        assertThat(decide(drl, scene.after(lookup.pending())).verdicts()).isEmpty();
    }

    @Test
    void joinsEarlierCallsByWhatTheyBind() {
        String drl = allow(
                "ToolCall()",
                "Past( tool == \"crm.lookup\", $c : text(\"customer\") )",
                "Past( tool == \"billing.payments\", text(\"customer\") == $c )",
                "not Past( tool == \"mail.send\", text(\"to\") == $c )");
        Scene scene = refund("{}")
                .after(Earlier.of("crm.lookup", "{\"customer\": \"c-1\"}"))
                .after(Earlier.of("crm.lookup", "{\"customer\": \"c-2\"}"))
                .after(Earlier.of("billing.payments", "{\"customer\": \"c-1\"}"));

        Decision decision = decide(drl, scene);

        assertThat(decision.effect()).isEqualTo(Effect.ALLOW);
        assertThat(decision.deciding().get(0).matched()).containsExactly(1L, 3L);
        assertThat(decide(drl, scene.after(Earlier.of("mail.send", "{\"to\": \"c-1\"}")))
                        .verdicts())
                .isEmpty();
    }

    @Test
    void aWindowHoldsWhatWasDecidedAtItsStartOrLater() {
        String drl = allow("ToolCall()", "exists Past( tool == \"crm.lookup\" ) over window:time(15m)");

        assertThat(decide(drl, refund("{}").after(lookup(Duration.ofMinutes(15))))
                        .effect())
                .isEqualTo(Effect.ALLOW);
        assertThat(decide(drl, refund("{}").after(lookup(Duration.ofMinutes(15).plusNanos(1))))
                        .verdicts())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "count(), 3",
        "sum($a), 60",
        "min($a), 10",
        "max($a), 30",
        "average($a), 20",
        "sum($a - 10), 30",
    })
    void accumulates(String function, int expected) {
        Scene scene = refund("{}");
        for (int amount : new int[] {10, 20, 30}) {
            scene = scene.after(Earlier.of("billing.refund", "{\"amount\": " + amount + "}"));
        }
        String drl = allow(
                "ToolCall()",
                "accumulate( Past( tool == \"billing.refund\", $a : number(\"amount\") ); $x : " + function + "; $x == "
                        + expected + " )");

        Decision decision = decide(drl, scene.after(lookup(Duration.ofMinutes(1))));

        assertThat(decision.effect()).isEqualTo(Effect.ALLOW);
        assertThat(decision.deciding().get(0).matched()).containsExactly(1L, 2L, 3L);
    }

    @ParameterizedTest
    @CsvSource({"count(), 0", "sum($a), 0"})
    void accumulatesNothingToZero(String function, int expected) {
        String drl = allow(
                "ToolCall()",
                "accumulate( Past( tool == \"billing.refund\", $a : number(\"amount\") ); $x : " + function + "; $x == "
                        + expected + " )");

        assertThat(decide(drl, refund("{}")).effect()).isEqualTo(Effect.ALLOW);
    }

    @ParameterizedTest
    @CsvSource({"80, ALLOW", "80.01, DENY"})
    void aBudgetCountsTheCallItself(String amount, Effect expected) {
        String drl = allow(
                "ToolCall( tool == \"billing.refund\", $amount : number(\"amount\") )",
                "accumulate( Past( tool == \"billing.refund\", verdict == \"allow\", outcome != \"failed\","
                        + " $a : number(\"amount\") ) over window:time(1d); $spent : sum($a); $spent + $amount <= 200 )");
        Scene scene = refund("{\"amount\": " + amount + "}")
                .after(Earlier.of("billing.refund", "{\"amount\": 100}"))
                .after(Earlier.of("billing.refund", "{\"amount\": 20}").pending())
                .after(Earlier.of("billing.refund", "{\"amount\": 1000}").denied())
                .after(Earlier.of("billing.refund", "{\"amount\": 1000}").ago(Duration.ofDays(2)));

        assertThat(decide(drl, scene).effect()).isEqualTo(expected);
    }

    @Test
    void resultsCanBeUsedFurtherDown() {
        String drl = allow(
                "ToolCall()",
                "accumulate( Past( tool == \"billing.refund\", $a : number(\"amount\") ); $most : max($a) )",
                "exists Past( tool == \"billing.payments\", extractedNumber(\"limit\") > $most )");
        Scene scene = refund("{}").after(Earlier.of("billing.refund", "{\"amount\": 10}"));

        assertThat(decide(drl, scene.after(Earlier.of("billing.payments", "{}").extracting("{\"limit\": 11}")))
                        .effect())
                .isEqualTo(Effect.ALLOW);
        assertThat(decide(drl, scene.after(Earlier.of("billing.payments", "{}").extracting("{\"limit\": 10}")))
                        .verdicts())
                .isEmpty();
    }

    @Test
    void seesLabelsOfEveryToolAndSessions() {
        String drl = rule(
                "r",
                "ToolCall( $s : session )",
                "deny(\"tainted\")",
                "exists Past( labels contains \"untrusted\", session == $s )");
        Earlier read = Earlier.of("crm.lookup", "{}").labelled("untrusted");

        assertThat(decide(drl, refund("{}").in("s-1").after(read.in("s-1"))).reason())
                .isEqualTo("tainted");
        assertThat(decide(drl, refund("{}").in("s-1").after(read.in("s-2"))).verdicts())
                .isEmpty();
    }

    @Test
    void namesAtMostTenEarlierCallsTheNewest() {
        Scene scene = refund("{}");
        for (int i = 0; i < 25; i++) {
            scene = scene.after(Earlier.of("billing.refund", "{}"));
        }
        String drl = allow("ToolCall()", "accumulate( Past( tool == \"billing.refund\" ); $n : count(); $n > 5 )");

        assertThat(decide(drl, scene).deciding().get(0).matched())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(16, 25).mapToObj(Long::valueOf).toList());
    }

    @Test
    void deniesRatherThanLookingForEver() {
        Scene scene = refund("{}");
        for (int i = 0; i < 60; i++) {
            scene = scene.after(Earlier.of("crm.lookup", "{\"customer\": \"c\"}"));
        }
        String join = "Past( tool == \"crm.lookup\", text(\"customer\") == \"c\" )";
        String drl = allow("ToolCall()", join, join, join, join, "Past( tool == \"mail.send\" )");

        Decision decision = decide(drl, scene);

        assertThat(decision.effect()).isEqualTo(Effect.DENY);
        assertThat(decision.reason()).contains("too many earlier calls");
    }

    @ParameterizedTest
    @EnumSource
    void looksBackAtTheHistoryThatItNames(Scope scope) {
        String from = scope == Scope.IDENTITY ? "" : " from entry-point \"" + scope.text() + "\"";
        String drl = allow("ToolCall()", "Past( tool == \"crm.lookup\" ) over window:time(1h)" + from);
        Facts facts = refund("{}").after(lookup(Duration.ofMinutes(5))).facts();
        try (PolicyEngine engine = Bundles.engine(drl)) {
            for (Scope other : Scope.values()) {
                Map<Scope, History> shared = new EnumMap<>(Scope.class);
                shared.put(other, facts.history());
                History own = shared.getOrDefault(Scope.IDENTITY, History.empty());
                shared.remove(Scope.IDENTITY);

                Decision decision = engine.evaluate(with(facts, own, shared));

                assertThat(decision.effect()).isEqualTo(other == scope ? Effect.ALLOW : Effect.DENY);
            }
            assertThat(engine.scopes(facts.call().tool())).containsExactly(scope);
        }
    }

    @Test
    void aHistoryThatIsNotThereIsInDoubt() {
        String drl = allow("ToolCall()", "not Past( tool == \"crm.lookup\" ) from entry-point \"fleet\"");
        Facts facts = refund("{}").facts();

        try (PolicyEngine engine = Bundles.engine(drl)) {
            assertThat(engine.evaluate(facts).reason()).startsWith("this rule cannot be judged: the history");
            assertThat(engine.evaluate(with(facts, History.UNKNOWN, Map.of(Scope.FLEET, History.empty())))
                            .effect())
                    .isEqualTo(Effect.ALLOW);
        }
    }

    @Test
    void rulesThatDoNotLookBackNeedNoHistory() {
        String drl = Bundles.rule("a", "ToolCall( tool == \"billing.refund\" )", "allow(\"a\")")
                + Bundles.rule(
                        "b",
                        "ToolCall( tool == \"mail.send\" )",
                        "deny(\"b\")",
                        "exists Past() from entry-point \"tool\"")
                + Bundles.rule("c", "ToolCall( tool == \"mail.send\" )", "deny(\"c\")", "not Past()");
        try (PolicyEngine engine = Bundles.engine(drl)) {
            assertThat(engine.scopes(new ToolName("billing.refund"))).isEmpty();
            assertThat(engine.scopes(new ToolName("mail.send"))).containsExactlyInAnyOrder(Scope.TOOL, Scope.IDENTITY);
            assertThat(engine.scopes(new ToolName("crm.lookup")))
                    .as("outside of the bundle")
                    .isEmpty();
        }
        try (PolicyEngine engine = Bundles.engine(drl + Bundles.rule("d", "ToolCall()", "deny(\"d\")", "not Past()"))) {
            assertThat(engine.scopes(new ToolName("billing.refund"))).containsExactly(Scope.IDENTITY);
        }
    }

    private static Facts with(Facts facts, History own, Map<Scope, History> shared) {
        return new Facts(facts.call(), facts.principal(), facts.tool(), own, shared, List.of(), List.of(), facts.now());
    }

    private static Earlier lookup(Duration ago) {
        return Earlier.of("crm.lookup", "{}").ago(ago);
    }

    private static String opinion(String verb) {
        return verb.equals("escalate") ? "escalate(\"e\").to(\"finance\").within(\"1h\")" : verb + "(\"" + verb + "\")";
    }
}
