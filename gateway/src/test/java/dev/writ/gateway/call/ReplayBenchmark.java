package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.LogSigner;
import dev.writ.audit.MasterKey;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.audit.postgres.AuditMetrics;
import dev.writ.audit.postgres.AuditSchema;
import dev.writ.audit.postgres.EmbeddedDatabase;
import dev.writ.audit.postgres.PostgresAuditLog;
import dev.writ.audit.postgres.PostgresAuditReader;
import dev.writ.connect.ToolResult;
import dev.writ.gateway.policy.Asked;
import dev.writ.model.CallId;
import dev.writ.model.Decision;
import dev.writ.model.Digest;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.Outcome;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyCompiler;
import dev.writ.rules.PolicyEngine;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * How fast recorded decisions are read back and decided again: calls of many identities, each with its own history, by a bundle of a
 * hundred rules, nine of which add up what was spent wherever they apply. Each allowed call was carried out, so that there are as
 * many other entries. Prints decisions for each second and processor time for each decision; and how many were reproduced, which
 * has to be all of them.
 *
 * <pre>
 * mvn -q install -DskipTests
 * mvn -pl gateway test-compile exec:exec -Dexec.classpathScope=test -Dexec.executable=java \
 *     -Dexec.args="-Xmx2g -cp %classpath dev.writ.gateway.call.ReplayBenchmark"
 * </pre>
 */
final class ReplayBenchmark {

    private static final Instant START = Instant.parse("2026-01-02T12:00:00Z");
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int DECISIONS = Integer.getInteger("benchmark.decisions", 50_000);
    private static final int IDENTITIES = Integer.getInteger("benchmark.identities", 500);
    private static final int RUNS = Integer.getInteger("benchmark.runs", 4);
    private static final int TOOLS = 10;
    private static final int APPENDS_AT_ONCE = 1_000;
    private static final String ANSWER = "an answer of some length ".repeat(20);

    /** As it was read before: less at once, all of each entry, on the event loop, and nothing ahead. */
    private static final Timeline.Pages BEFORE = new Timeline.Pages(500, Long.MAX_VALUE, false);

    private final List<ToolDefinition> tools = tools();
    private final PolicyEngine engine = engine(tools);
    private final List<Recorded> entries = new ArrayList<>();
    private final ExecutorService pool =
            Executors.newFixedThreadPool(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));

    private ReplayBenchmark() {}

    /** Prints the table. */
    public static void main(String[] arguments) throws Exception {
        ReplayBenchmark benchmark = new ReplayBenchmark();
        benchmark.record();
        Path folder = Files.createTempDirectory(Path.of("target"), "benchmark");
        try (EmbeddedDatabase server = EmbeddedDatabase.start(folder)) {
            benchmark.measure(server);
        }
        // Workers that wait for more would keep the process alive.
        System.exit(0);
    }

    private static class Settings extends BoundedHistoryTest.Settings {
        @Override
        public int histories() {
            return 10_000;
        }
    }

    private static List<ToolDefinition> tools() {
        List<ToolDefinition> tools = new ArrayList<>();
        JsonObject schema = (JsonObject) JsonValue.parse(
                "{\"properties\": {\"amount\": {\"type\": \"number\"}, \"to\": {\"type\": \"string\"}}}");
        for (int tool = 0; tool < TOOLS; tool++) {
            tools.add(new ToolDefinition(ToolName.parse("bank.pay-" + tool), "bank", "", schema, false));
        }
        return tools;
    }

    /** For each tool, one rule that allows and nine budgets. */
    private static PolicyEngine engine(List<ToolDefinition> tools) {
        StringBuilder rules = new StringBuilder();
        for (ToolDefinition tool : tools) {
            String name = tool.name().value();
            rules.append("rule \"%s\" when ToolCall( tool == \"%s\" ) then allow(\"so\"); end\n".formatted(name, name));
            for (int budget = 1; budget < 10; budget++) {
                rules.append("""
                        rule "%s, budget %d" when
                          ToolCall( tool == "%s", $amount : number("amount") )
                          accumulate( Past( tool == "%s", verdict == "allow", $past : number("amount") ) over window:time(%dm);
                              $spent : sum( $past ); $spent + $amount > %d )
                        then deny("the budget is spent"); end
                        """.formatted(name, budget, name, name, budget * 10, budget * 60));
            }
        }
        PolicyBundle bundle = PolicyBundle.of(Map.of(
                "bundle.yaml",
                "name: replayed\nversion: '1'\nscope: ['*']".getBytes(StandardCharsets.UTF_8),
                "rules.drl",
                rules.toString().getBytes(StandardCharsets.UTF_8)));
        return PolicyCompiler.compile(bundle, tools).fold(compiled -> compiled, problems -> {
            throw new IllegalStateException(problems.toString());
        });
    }

    /** Decides them the first time. */
    private void record() {
        Random random = new Random(7);
        Map<Identity, History> histories = new HashMap<>();
        for (int call = 0; call < DECISIONS; call++) {
            int who = random.nextInt(IDENTITIES);
            Identity identity = new Identity("agent-" + who % 50, "person-" + who);
            ToolDefinition tool = tools.get(random.nextInt(TOOLS));
            Instant now = START.plusMillis(100L * call);
            JsonObject sent = JsonObject.builder()
                    .put("amount", 1 + random.nextInt(40))
                    .put("to", "payee-" + random.nextInt(1_000))
                    .build();
            Facts facts = new Facts(
                    new ToolCall(
                            CallId.mint(now, random),
                            Optional.empty(),
                            tool.name(),
                            sent,
                            Optional.empty(),
                            Optional.empty()),
                    new Principal(
                            identity.agent(), Optional.of("ana"), "key", List.of(), Set.of(Role.AGENT), "api-key"),
                    tool,
                    histories.getOrDefault(identity, History.empty()),
                    Map.of(),
                    List.of(),
                    List.of(),
                    now);
            Decision decision = engine.evaluate(facts);
            String digest = engine.bundle().digest().value();
            Decided decided = new Decided(
                    facts,
                    identity,
                    Mode.EXECUTE,
                    "mac",
                    decision,
                    sent,
                    new Asked(Optional.of(digest), List.of(digest)),
                    Set.of(),
                    new Round.Submitted(),
                    now.plusSeconds(30));
            long index = entries.size();
            add(CallEntries.decided(decided, Optional.empty()), identity, histories);
            if (decision.effect() == Effect.ALLOW) {
                Allowed allowed = new Allowed(
                        facts.call().id(), index, identity, tool.name(), decided.deadline(), false, Mode.EXECUTE);
                Executed executed = new Executed(
                        Outcome.SUCCEEDED,
                        Optional.empty(),
                        Optional.of(new JsonString(ANSWER)),
                        JsonObject.empty(),
                        ToolResult.Traffic.NONE,
                        Optional.empty());
                add(CallEntries.executed(allowed, executed, now.plusMillis(50), mac -> mac), identity, histories);
            }
        }
    }

    private void add(Entry entry, Identity identity, Map<Identity, History> histories) {
        Recorded recorded = new Recorded(entries.size(), Digest.of(JsonObject.empty()), entry);
        entries.add(recorded);
        histories.merge(
                identity,
                HistoryStep.of(recorded, Long.MAX_VALUE).in(History.empty()),
                (before, first) -> HistoryStep.of(recorded, Long.MAX_VALUE).in(before));
    }

    private void measure(EmbeddedDatabase server) throws Exception {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        AuditSchema.Access logins = AuditSchema.prepare(server.url(), secret);
        LogSigner signer = LogSigner.generate("example.com/benchmark", new SecureRandom());
        MasterKey master = MasterKey.generate(new SecureRandom());
        Vertx vertx = Vertx.vertx();
        Path mark = Files.createTempFile("high-water-mark", "replica");
        Files.delete(mark);
        PostgresAuditLog log = PostgresAuditLog.open(
                        vertx,
                        new PostgresAuditLog.Settings(
                                logins.writer(),
                                "replica",
                                signer,
                                master,
                                mark,
                                PostgresAuditLog.Limits.DEFAULT,
                                InstantSource.system(),
                                AuditMetrics.NONE))
                .await()
                .atMost(LONG);
        PostgresAuditReader reader = PostgresAuditReader.open(vertx, logins.reader(), signer.keys(), master);
        write(log);
        System.out.printf(Locale.ROOT, "%d decisions, %d entries%n", DECISIONS, entries.size());
        System.out.println("                             decisions/s  processor µs each  reproduced");
        for (int run = 0; run < RUNS; run++) {
            run("in memory, not decided", inMemory(), Timeline.Pages.USUAL, false);
            run("in memory", inMemory(), Timeline.Pages.USUAL, true);
            run("from the log, not decided", reader, Timeline.Pages.USUAL, false);
            run("from the log, as before", asBefore(reader), BEFORE, true);
            run("from the log", reader, Timeline.Pages.USUAL, true);
        }
        log.close();
        reader.close();
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    /** A person's first entry alone, since others may overtake what waits for a new key. */
    private void write(PostgresAuditLog log) {
        Set<String> keys = new HashSet<>();
        List<Uni<Long>> together = new ArrayList<>();
        for (Recorded recorded : entries) {
            boolean isFirst = keys.add(recorded.entry().subjectKey());
            if (isFirst || together.size() == APPENDS_AT_ONCE) {
                await(together);
            }
            together.add(append(log, recorded));
            if (isFirst) {
                await(together);
            }
        }
        await(together);
    }

    private static void await(List<Uni<Long>> together) {
        if (!together.isEmpty()) {
            Uni.join().all(together).andFailFast().await().atMost(LONG);
            together.clear();
        }
    }

    private static Uni<Long> append(PostgresAuditLog log, Recorded recorded) {
        return log.append(Draft.independent(new Settled<>(recorded.entry(), recorded.index())))
                .map(receipt -> receipt.fold(
                        created -> {
                            if (created.recorded().index() != created.outcome()) {
                                throw new IllegalStateException("appended in another order");
                            }
                            return created.outcome();
                        },
                        existing -> {
                            throw new IllegalStateException("appended twice");
                        }));
    }

    private void run(String name, AuditReader reader, Timeline.Pages pages, boolean decides) {
        Timeline timeline = new Timeline(
                reader,
                digests -> Uni.createFrom()
                        .item(tools.stream()
                                .filter(tool -> digests.contains(tool.digest()))
                                .toList()),
                new Histories(InMemoryAuditLog.create(), reader, new Settings()),
                new Settings(),
                bundles -> Uni.createFrom().item(engine.scopes()),
                pages,
                0,
                entries.size());
        AtomicLong decided = new AtomicLong();
        AtomicLong reproduced = new AtomicLong();
        long processor = processorTime();
        long began = System.nanoTime();
        // As a replay does it.
        RecordedDecisions.pages(timeline, entries.size())
                .onItem()
                .transformToUni(page -> Uni.createFrom().voidItem().emitOn(pool).invoke(() -> {
                    decided.addAndGet(page.decisions().size());
                    Predicate<RecordedDecision> isSame = decision -> decision.isReproducedBy(
                            engine.evaluate(decision.facts().orElseThrow()));
                    reproduced.addAndGet(
                            decides ? page.decisions().stream().filter(isSame).count() : 0);
                }))
                .merge(Math.max(1, Runtime.getRuntime().availableProcessors() - 1) + 1)
                .collect()
                .last()
                .await()
                .atMost(LONG);
        double elapsed = (System.nanoTime() - began) / 1e9;
        double each = (processorTime() - processor) / 1e3 / decided.get();
        System.out.printf(
                Locale.ROOT,
                "%-28s %11.0f  %17.1f  %s%n",
                name,
                decided.get() / elapsed,
                each,
                decides ? reproduced.get() + " of " + decided.get() : "");
    }

    private static long processorTime() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private AuditReader inMemory() {
        return answering((query, inputs) -> {
            List<Recorded> page = entries.subList(
                    Math.toIntExact(query.from()),
                    Math.toIntExact(Math.min(query.to(), Math.min(entries.size(), query.from() + query.limit()))));
            return Uni.createFrom().item(new AuditReader.Page(page, query.from() + page.size() == entries.size()));
        });
    }

    private static AuditReader asBefore(AuditReader reader) {
        return answering((query, inputs) ->
                reader.find(query).map(found -> new AuditReader.Page(found, found.size() < query.limit())));
    }

    @FunctionalInterface
    private interface Paging {
        Uni<AuditReader.Page> page(EntryQuery query, Object inputs);
    }

    private static AuditReader answering(Paging paging) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getName().equals("page")) {
                return paging.page((EntryQuery) arguments[0], arguments[1]);
            }
            throw new UnsupportedOperationException(method.getName());
        };
        return (AuditReader)
                Proxy.newProxyInstance(AuditReader.class.getClassLoader(), new Class<?>[] {AuditReader.class}, handler);
    }
}
