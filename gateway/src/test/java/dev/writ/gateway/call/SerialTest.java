package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.model.Decision;
import dev.writ.model.Facts;
import dev.writ.model.Grant;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.Scope;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyCompiler;
import dev.writ.rules.PolicyEngine;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The decision at index i is what the rules say of the facts from the entries before i, and of nothing else. */
@WritTest
class SerialTest {

    private static final ToolName PAY = ToolName.parse("bank.pay");

    /** Of a tool of its own: what other tests erase of the bank puts a rule about all calls of it in doubt. */
    private static final ToolName TILL = ToolName.parse("till.pay");

    private static final String SHARED = """
            rule "payment"
            when
                ToolCall( tool == "till.pay" )
            then
                allow("payments need nobody");
            end

            rule "person"
            when
                ToolCall( tool == "till.pay", $amount : number("amount") )
                accumulate( Past( verdict == "allow", $past : number("amount") )
                        over window:time(10m) from entry-point "person"; $spent : sum( $past ); $spent + $amount > 60 )
            then
                deny("60 for one person");
            end

            rule "payee"
            when
                ToolCall( tool == "till.pay", $to : text("to"), $amount : number("amount") )
                accumulate( Past( tool == "till.pay", verdict == "allow", text("to") == $to, $past : number("amount") )
                        over window:time(10m) from entry-point "tool"; $spent : sum( $past ); $spent + $amount > 100 )
            then
                deny("100 to one payee");
            end

            rule "fleet"
            when
                ToolCall( tool == "till.pay", $to : text("to") )
                Past( tool == "till.pay", verdict == "allow", text("to") == $to ) over window:time(10m) from entry-point "fleet"
            then
                allow("somebody was allowed to");
            end
            """;

    @Inject
    AuditReader reader;

    @Inject
    Catalog catalog;

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();

    @Test
    void theLogIsALegalSerialExecution() {
        String digest = fixture.activate(Fixture.RULES);
        Client agent = fixture.agent("ana", "ben");
        payConcurrently(PAY, "acme", i -> agent, i -> i % 2 == 0 ? "ana" : "ben", 120);
        payWithApproval(agent, 3);

        assertThat(replayed(digest, agent))
                .hasSize(120 + 2 * 3)
                .anyMatch(said -> said.startsWith("allow"))
                .anyMatch(said -> said.startsWith("deny"))
                .anyMatch(said -> said.startsWith("escalate"));
    }

    @Test
    void whatIsSentIsAFunctionOfTheFactsAndTheBundle() {
        String digest = fixture.activate(Fixture.RULES.replace(
                "allow(\"payments up to 100 need nobody\")",
                "allow(\"payments up to 100 need nobody\").set(\"amount\", 9).set(\"note\", \"by an agent\")"));
        Client agent = fixture.agent("ana", "ben");
        payConcurrently(PAY, "acme", i -> agent, i -> i % 2 == 0 ? "ana" : "ben", 80);
        fixture.activate(Fixture.RULES);

        assertThat(replayed(digest, agent))
                .hasSize(80)
                .anyMatch(said -> said.startsWith("allow")
                        && said.endsWith("{\"amount\":9,\"note\":\"by an agent\",\"to\":\"acme\"}"))
                .anyMatch(said -> said.startsWith("deny"));
    }

    /** What the rules say of each decision again, and it is what was recorded. */
    private List<String> replayed(String digest, Client agent) {
        ToolDefinition tool = catalog.tool(PAY).orElseThrow().definition();
        List<Recorded> entries = entries(Map.of(Column.AGENT, agent.name()));
        Map<Identity, History> histories = new HashMap<>();
        List<String> recorded = new ArrayList<>();
        List<String> replayed = new ArrayList<>();
        try (PolicyEngine engine = engine(digest, tool)) {
            for (Recorded entry : entries) {
                Identity identity = Identity.of(entry.entry()).orElseThrow();
                History before = histories.getOrDefault(identity, History.empty());
                if (entry.entry().kind().equals(CallEntries.DECIDED)) {
                    recorded.add(said(entry.entry()));
                    Facts facts = facts(entry.entry(), tool, before, grants(entry));
                    replayed.add(said(engine.evaluate(facts), facts));
                }
                histories.put(identity, HistoryStep.of(entry, Long.MAX_VALUE).in(before));
            }
        }

        assertThat(replayed).isEqualTo(recorded);
        return replayed;
    }

    /** So it is with histories that many share. */
    @Test
    void theLogIsALegalSerialExecutionOfRulesThatLookAtOthersCalls() {
        fixture.register("till", bank.upstream().url());
        String digest = fixture.activate("till", SHARED);
        String payee = "payee-" + UUID.randomUUID();
        String ana = "ana-" + payee;
        String ben = "ben-" + payee;
        List<Client> agents = List.of(fixture.agent(ana, ben), fixture.agent(ana, ben), fixture.agent(ana));
        long from = lastIndex() + 1;
        payConcurrently(TILL, payee, i -> agents.get(i % 3), i -> i % 2 == 0 || i % 3 == 2 ? ana : ben, 60);
        fixture.deactivate(digest);

        ToolDefinition tool = catalog.tool(TILL).orElseThrow().definition();
        Map<Whose, History> histories = new HashMap<>();
        List<String> recorded = new ArrayList<>();
        List<String> replayed = new ArrayList<>();
        try (PolicyEngine engine = engine(digest, tool)) {
            assertThat(engine.scopes(TILL)).containsExactlyInAnyOrder(Scope.PERSON, Scope.TOOL, Scope.FLEET);
            for (Recorded entry : entries(Map.of())) {
                if (entry.index() >= from && entry.entry().kind().equals(CallEntries.DECIDED)) {
                    Identity identity = Identity.of(entry.entry()).orElseThrow();
                    Map<Scope, History> shared = new EnumMap<>(Scope.class);
                    engine.scopes(TILL)
                            .forEach(scope -> shared.put(
                                    scope, histories.getOrDefault(Whose.of(scope, identity, TILL), History.empty())));
                    Facts own = facts(entry.entry(), tool, History.empty(), List.of());
                    Facts facts = new Facts(
                            own.call(), own.principal(), tool, own.history(), shared, List.of(), List.of(), own.now());
                    recorded.add(said(entry.entry()));
                    replayed.add(said(engine.evaluate(facts), facts));
                }
                Whose.all(entry.entry())
                        .forEach(whose -> histories.put(
                                whose,
                                HistoryStep.of(entry, Long.MAX_VALUE)
                                        .in(histories.getOrDefault(whose, History.empty()))));
            }
        }

        assertThat(replayed).isEqualTo(recorded).hasSize(60);
        assertThat(recorded)
                .anyMatch(said -> said.startsWith("allow"))
                .anyMatch(said -> said.contains("60 for one person"))
                .anyMatch(said -> said.contains("100 to one payee"))
                .anyMatch(said -> said.contains("somebody was allowed to"));
    }

    private long lastIndex() {
        return entries(Map.of()).stream().mapToLong(Recorded::index).max().orElse(-1);
    }

    /** The last one exceeds the budget when it is decided again. */
    private void payWithApproval(Client agent, int calls) {
        Client approver = fixture.approver("fay", "finance");
        List<String> waiting = IntStream.range(0, calls)
                .mapToObj(i -> agent.call("bank.pay", Map.of("to", "acme", "amount", 101 + i))
                        .<String>path("id"))
                .toList();
        for (String call : waiting) {
            approver.approve(call).then().statusCode(200);
            agent.ended(call).then().statusCode(200);
        }
    }

    private static void payConcurrently(
            ToolName tool, String payee, IntFunction<Client> agent, IntFunction<String> person, int calls) {
        ExecutorService threads = Executors.newFixedThreadPool(12);
        IntStream.range(0, calls)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> agent.apply(i)
                                .call(
                                        tool.value(),
                                        Map.of("to", payee, "amount", 7 + i % 5),
                                        Map.of("onBehalfOf", person.apply(i))),
                        threads))
                .toList()
                .forEach(CompletableFuture::join);
        threads.shutdown();
    }

    private List<Recorded> entries(Map<Column, String> columns) {
        EntryQuery query = new EntryQuery(
                columns,
                CallEntries.KINDS,
                0,
                Long.MAX_VALUE,
                Optional.empty(),
                Optional.empty(),
                false,
                100_000,
                true);
        return reader.find(query).await().indefinitely();
    }

    private PolicyEngine engine(String digest, ToolDefinition tool) {
        Map<String, String> texts = fixture.author
                .get("/v1/policies/" + digest)
                .then()
                .statusCode(200)
                .extract()
                .path("files");
        Map<String, byte[]> files = texts.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, file -> file.getValue().getBytes(StandardCharsets.UTF_8)));
        List<ToolDefinition> tools =
                catalog.tools().stream().map(PinnedTool::definition).toList();
        assertThat(tools).contains(tool);
        return PolicyCompiler.compile(PolicyBundle.of(files), tools).fold(compiled -> compiled, rejected -> {
            throw new AssertionError(rejected);
        });
    }

    /** What people had granted when the call was decided again. */
    private List<Grant> grants(Recorded decided) {
        if (CallEntries.waited(decided.entry()).isEmpty()) {
            return List.of();
        }
        EntryQuery before = new EntryQuery(
                Map.of(Column.CALL, CallEntries.call(decided.entry()).toString()),
                Set.of(),
                0,
                decided.index(),
                Optional.empty(),
                Optional.empty(),
                false,
                1_000,
                true);
        return Approval.of(reader.find(before).await().indefinitely())
                .orElseThrow()
                .grants();
    }

    private static Facts facts(Entry entry, ToolDefinition tool, History history, List<Grant> grants) {
        History earlier = CallEntries.waited(entry)
                .map(waited -> history.without(CallEntries.tool(entry), waited))
                .orElse(history);
        return RecordedFacts.of(entry, tool, earlier, Map.of(), grants).orElseThrow();
    }

    private static String said(Entry entry) {
        return CallEntries.effect(entry).text() + " "
                + entry.body().array("verdicts").orElseThrow().toJson() + " "
                + CallEntries.input(entry, CallEntries.FACTS)
                        .flatMap(CallEntries::sent)
                        .orElseThrow()
                        .toJson();
    }

    private static String said(Decision decision, Facts facts) {
        return decision.effect().text() + " "
                + VerdictJson.of(decision.verdicts()).toJson() + " "
                + decision.obligations().arguments(facts.call().arguments()).fold(JsonObject::toJson, reason -> reason);
    }
}
