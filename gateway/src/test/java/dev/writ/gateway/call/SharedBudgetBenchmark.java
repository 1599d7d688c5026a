package dev.writ.gateway.call;

import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.LogSigner;
import dev.writ.audit.MasterKey;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.audit.postgres.AuditMetrics;
import dev.writ.audit.postgres.AuditSchema;
import dev.writ.audit.postgres.DatabaseUrl;
import dev.writ.audit.postgres.EmbeddedDatabase;
import dev.writ.audit.postgres.PostgresAuditLog;
import dev.writ.audit.postgres.PostgresAuditReader;
import dev.writ.model.CallId;
import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.Scope;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyCompiler;
import dev.writ.rules.PolicyEngine;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One budget that all agents share, spent on two replicas at once: two writers on one PostgreSQL, each with histories, rules and
 * callers of its own. Prints decisions each second, how they fall to replicas and agents, and what was spent; first with each call
 * going through all that happened since it was read, as any call does alone, and then as it is.
 *
 * <pre>
 * mvn -q install -DskipTests
 * mvn -pl gateway test-compile exec:exec -Dexec.classpathScope=test -Dexec.executable=java \
 *     -Dexec.args="-cp %classpath dev.writ.gateway.call.SharedBudgetBenchmark"
 * </pre>
 */
final class SharedBudgetBenchmark {

    private static final ToolName PAY = ToolName.parse("bank.pay");
    private static final int AGENTS = 20;
    private static final int REPLICAS = 2;
    private static final long BUDGET = 1_000_000_000;
    private static final String RULES = """
            rule "shared budget" when
              ToolCall( tool == "bank.pay", $amount : number("amount") )
              accumulate( Past( tool == "bank.pay", verdict == "allow" ) over window:time(1h) from entry-point "fleet";
                  $spent : sum(number("amount")); $spent + $amount <= BUDGET )
            then allow("within the budget of all"); end
            """;

    private SharedBudgetBenchmark() {}

    /** Prints the table. */
    public static void main(String[] arguments) throws Exception {
        int seconds = Integer.getInteger("benchmark.seconds", 8);
        int inFlight = Integer.getInteger("benchmark.in-flight", 512);
        System.out.println("settles  decisions/s  per replica    agents least:most  spent of budget");
        List<String> runs = List.of(
                System.getProperty("benchmark.runs", "anew,onward,spent").split(",", -1));
        if (runs.contains("anew")) {
            run(false, BUDGET, seconds, inFlight);
        }
        if (runs.contains("onward")) {
            run(true, BUDGET, seconds, inFlight);
        }
        if (runs.contains("spent")) {
            // So small that it is spent: to the last unit, and never more.
            run(true, 5_000, seconds, inFlight);
        }
    }

    private static void run(boolean leads, long budget, int seconds, int inFlight) throws Exception {
        Path folder = Files.createTempDirectory(Path.of("target"), "benchmark");
        try (EmbeddedDatabase server = EmbeddedDatabase.start(folder)) {
            run(server.url(), leads, budget, seconds, inFlight);
        }
    }

    private static void run(DatabaseUrl server, boolean leads, long budget, int seconds, int inFlight)
            throws Exception {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        AuditSchema.Access logins = AuditSchema.prepare(server, secret);
        LogSigner signer = LogSigner.generate("example.com/benchmark", new SecureRandom());
        MasterKey master = MasterKey.generate(new SecureRandom());
        List<Replica> replicas = new ArrayList<>();
        for (int i = 0; i < REPLICAS; i++) {
            replicas.add(new Replica(i, logins, signer, master, leads, budget));
        }
        drive(replicas, 4, inFlight);
        replicas.forEach(Replica::startAnew);
        long began = System.nanoTime();
        drive(replicas, seconds, inFlight);
        double elapsed = (System.nanoTime() - began) / 1e9;
        print(replicas, leads, budget, elapsed);
        for (Replica replica : replicas) {
            replica.stop();
        }
    }

    private static void drive(List<Replica> replicas, int seconds, int inFlight) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Replica replica : replicas) {
            Thread thread = new Thread(() -> replica.drive(Duration.ofSeconds(seconds), inFlight));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void print(List<Replica> replicas, boolean leads, long budget, double elapsed) {
        long all = replicas.stream().mapToLong(replica -> replica.decided.get()).sum();
        long spent = replicas.stream().mapToLong(replica -> replica.spent.get()).sum();
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int agent = 0; agent < AGENTS; agent++) {
            long of = 0;
            for (Replica replica : replicas) {
                of += replica.byAgent.get(agent);
            }
            least = Math.min(least, of);
            most = Math.max(most, of);
        }
        System.out.println(String.format(
                Locale.ROOT,
                "%-8s %11.0f  %5.0f : %5.0f  %7d : %7d  %d of %d",
                leads ? "onward" : "anew",
                all / elapsed,
                replicas.get(0).decided.get() / elapsed,
                replicas.get(1).decided.get() / elapsed,
                least,
                most,
                spent,
                budget));
    }

    /** One writer, and who asks it. */
    private static final class Replica {
        private final Vertx vertx = Vertx.vertx();
        private final boolean leads;
        private final PostgresAuditLog log;
        private final PostgresAuditReader reader;
        private final Histories histories;
        private final PolicyEngine engine;
        private final ToolDefinition tool;
        private final Random random;
        private final AtomicLong decided = new AtomicLong();
        private final AtomicLong spent = new AtomicLong();
        private final AtomicLongArray byAgent = new AtomicLongArray(AGENTS);

        Replica(int number, AuditSchema.Access logins, LogSigner signer, MasterKey master, boolean leads, long budget)
                throws Exception {
            this.leads = leads;
            this.random = new Random(number);
            Path mark = Files.createTempFile("high-water-mark", "replica");
            Files.delete(mark);
            this.log = PostgresAuditLog.open(
                            vertx,
                            new PostgresAuditLog.Settings(
                                    logins.writer(),
                                    "replica-" + number,
                                    signer,
                                    master,
                                    mark,
                                    PostgresAuditLog.Limits.DEFAULT,
                                    InstantSource.system(),
                                    AuditMetrics.NONE))
                    .await()
                    .indefinitely();
            this.reader = PostgresAuditReader.open(vertx, logins.reader(), signer.keys(), master);
            this.histories = new Histories(log, reader, new BoundedHistoryTest.Settings() {
                @Override
                public int sharedHistoryLength() {
                    return 1_000_000;
                }

                @Override
                public MemorySize historyMemory() {
                    return new MemorySize(BigInteger.ONE.shiftLeft(40));
                }
            });
            log.tail().subscribe(histories::onEntry);
            this.tool = new ToolDefinition(
                    PAY,
                    "bank",
                    "",
                    (JsonObject) JsonValue.parse("{\"properties\": {\"amount\": {\"type\": \"number\"}}}"),
                    false);
            PolicyBundle bundle = PolicyBundle.of(Map.of(
                    "bundle.yaml",
                    "name: shared\nversion: '1'\nscope: ['*']".getBytes(StandardCharsets.UTF_8),
                    "rules.drl",
                    RULES.replace("BUDGET", Long.toString(budget)).getBytes(StandardCharsets.UTF_8)));
            this.engine = PolicyCompiler.compile(bundle, List.of(tool)).fold(compiled -> compiled, problems -> {
                throw new IllegalStateException(problems.toString());
            });
        }

        void startAnew() {
            decided.set(0);
            for (int agent = 0; agent < AGENTS; agent++) {
                byAgent.set(agent, 0);
            }
        }

        void drive(Duration time, int inFlight) {
            Semaphore room = new Semaphore(inFlight);
            long end = System.nanoTime() + time.toNanos();
            for (int i = 0; System.nanoTime() - end < 0; i++) {
                int agent = i % AGENTS;
                room.acquireUninterruptibly();
                call(agent)
                        .subscribe()
                        .with(
                                done -> {
                                    byAgent.incrementAndGet(agent);
                                    decided.incrementAndGet();
                                    room.release();
                                },
                                failure -> room.release());
            }
            room.acquireUninterruptibly(inFlight);
        }

        private Uni<Void> call(int agent) {
            Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
            Identity identity = new Identity("agent-" + agent, Identity.NOBODY);
            CallId id = CallId.mint(now, random);
            JsonObject arguments = JsonObject.builder().put("amount", 1).build();
            return histories.of(Map.of(Scope.FLEET, (Whose) new Whose.Fleet())).chain(gathered -> {
                Draft<Boolean> draft = new Draft<>(
                        gathered.topics(),
                        gathered.readAt(),
                        since -> settle(identity, id, now, arguments, gathered, since));
                return log.append(draft)
                        .invoke(receipt -> receipt.fold(
                                created -> created.outcome() ? spent.incrementAndGet() : 0L, existing -> 0L))
                        .replaceWithVoid();
            });
        }

        private Settled<Boolean> settle(
                Identity identity,
                CallId id,
                Instant now,
                JsonObject arguments,
                Gathered gathered,
                List<Recorded> since) {
            Facts facts = new Facts(
                    new ToolCall(id, Optional.empty(), PAY, arguments, Optional.empty(), Optional.empty()),
                    new Principal(identity.agent(), Optional.empty(), "key", List.of(), Set.of(Role.AGENT), "api-key"),
                    tool,
                    History.UNKNOWN,
                    (leads ? gathered : alone(gathered)).shared(since, history -> history),
                    List.of(),
                    List.of(),
                    now);
            Decision decision = engine.evaluate(facts);
            boolean allowed = decision.effect() == Effect.ALLOW;
            return new Settled<>(entry(identity, id, now, arguments, decision), allowed);
        }

        /** Which knows of nothing but what was read for it. */
        private static Gathered alone(Gathered gathered) {
            Histories.Snapshot shared =
                    Objects.requireNonNull(gathered.snapshots().get(Scope.FLEET));
            Histories.Snapshot apart = new Histories.Snapshot(
                    shared.whose(),
                    shared.history(),
                    shared.last(),
                    shared.readAt(),
                    shared.room(),
                    new HistoryLead(shared.whose(), Optional::empty));
            return new Gathered(Map.of(Scope.FLEET, apart), gathered.asked());
        }

        private static Entry entry(Identity identity, CallId id, Instant now, JsonObject arguments, Decision decision) {
            Map<Column, String> columns = new EnumMap<>(Column.class);
            columns.put(Column.AGENT, identity.agent());
            columns.put(Column.SUBJECT, identity.pseudonym());
            columns.put(Column.CALL, id.toString());
            columns.put(Column.TOOL, PAY.value());
            columns.put(Column.VERDICT, decision.effect().text());
            JsonObject facts = JsonObject.builder().put("arguments", arguments).build();
            return new Entry(
                    CallEntries.DECIDED,
                    now,
                    List.of(CallEntries.decidedKey(id)),
                    Set.of(identity.topic(), new Whose.Tool(PAY).topic(), new Whose.Fleet().topic()),
                    columns,
                    JsonObject.builder()
                            .put("mode", "execute")
                            .put("reason", decision.reason())
                            .put("verdicts", VerdictJson.of(decision.verdicts()))
                            .build(),
                    identity.subjectKey(),
                    List.of(new Input(CallEntries.FACTS, facts, true)));
        }

        void stop() throws Exception {
            log.close();
            reader.close();
            engine.close();
            vertx.close().toCompletionStage().toCompletableFuture().get();
        }
    }
}
