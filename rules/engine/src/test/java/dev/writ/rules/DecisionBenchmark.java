package dev.writ.rules;

import dev.writ.model.CallId;
import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Outcome;
import dev.writ.model.Past;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one decision costs. Of the rules, 50 (or all, if there are fewer) are about the tool that is called, and 10 of those ask
 * for something in a history of 200 calls: five for an absence, three for a sum, two for an existence.
 *
 * <p>{@code spread} histories are of five tools, {@code narrow} ones all of the one tool that the rules look at.
 *
 * <pre>
 * mvn -q -pl rules/engine -am test-compile
 * mvn -pl rules/engine exec:exec -Dexec.classpathScope=test -Dexec.executable=java \
 *     -Dexec.args="-cp %classpath org.openjdk.jmh.Main DecisionBenchmark"
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecisionBenchmark {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final int ABOUT_THE_TOOL = 50;
    private static final int OVER_HISTORY = 10;
    private static final int EVENTS = 200;

    /** How many rules there are. */
    @Param({"10", "100", "1000", "5000"})
    public int rules;

    /** How the history is made up. */
    @Param({"spread", "narrow"})
    public String history = "";

    private PolicyEngine engine = PolicyEngine.denyAll();
    private Facts facts = facts(History.empty());

    /** Compiles the rules. */
    @Setup(Level.Trial)
    public void compile() {
        PolicyBundle bundle = PolicyBundle.of(Map.of(
                "bundle.yaml",
                "name: benchmark\nversion: '1'\nscope: ['*']".getBytes(StandardCharsets.UTF_8),
                "rules.drl",
                drl().getBytes(StandardCharsets.UTF_8)));
        engine = PolicyCompiler.compile(bundle, tools()).fold(compiled -> compiled, problems -> {
            throw new IllegalStateException(problems.toString());
        });
        facts = facts(pasts(history.equals("spread") ? 5 : 1));
    }

    /** Lets the rules go. */
    @TearDown(Level.Trial)
    public void close() {
        engine.close();
    }

    /** One decision: 10 rules or so speak. */
    @Benchmark
    public Decision decide() {
        return engine.evaluate(facts);
    }

    private String drl() {
        StringBuilder drl = new StringBuilder();
        for (int i = 0; i < rules; i++) {
            boolean about = i < ABOUT_THE_TOOL;
            String tool = about ? "billing.refund" : "other.tool" + i % 97;
            drl.append("rule \"")
                    .append(i)
                    .append("\" when\n  ToolCall( tool == \"")
                    .append(tool);
            drl.append("\", $p : text(\"payment\"), $amount : number(\"amount\"), number(\"amount\") > ")
                    .append(i * 4);
            drl.append(" )\n").append(i < OVER_HISTORY ? overHistory(i) : "");
            drl.append("then allow(\"because\"); end\n");
        }
        return drl.toString();
    }

    private static String overHistory(int i) {
        String events = "Past( tool == \"tool.0\", outcome == \"succeeded\", ";
        if (i < 5) {
            return "  not " + events + "text(\"payment\") == $p ) over window:time(30d)\n";
        }
        return i < 8
                ? "  accumulate( " + events + "$a : number(\"amount\") ) over window:time(30d); $t : sum($a);"
                        + " $t + $amount <= 1000000 )\n"
                : "  exists " + events + "extractedList(\"duplicates\") contains $p ) over window:time(1h)\n";
    }

    private static List<ToolDefinition> tools() {
        JsonObject schema = (JsonObject) JsonValue.parse(
                "{\"properties\": {\"payment\": {\"type\": \"string\"}, \"amount\": {\"type\": \"number\"}}}");
        List<ToolDefinition> tools = new ArrayList<>();
        tools.add(tool("billing.refund", schema));
        tools.add(tool("tool.0", schema));
        for (int i = 0; i < 97; i++) {
            tools.add(tool("other.tool" + i, schema));
        }
        return tools;
    }

    private static ToolDefinition tool(String name, JsonObject schema) {
        return new ToolDefinition(new ToolName(name), "connector", "", schema, false);
    }

    private static History pasts(int tools) {
        History history = History.empty();
        for (int i = 0; i < EVENTS; i++) {
            Instant at = NOW.minus(Duration.ofMinutes(EVENTS - i));
            history = history.plus(new Past(
                    i,
                    CallId.mint(at, new Random(i)),
                    new ToolName("tool." + i % tools),
                    (JsonObject) JsonValue.parse("{\"amount\": " + i + ".5, \"payment\": \"p-" + i + "\"}"),
                    at,
                    Effect.ALLOW,
                    Outcome.SUCCEEDED,
                    (JsonObject) JsonValue.parse("{\"duplicates\": [\"p-" + i + "\", \"q-" + i + "\"]}"),
                    Set.of(),
                    Optional.empty()));
        }
        return history;
    }

    private static Facts facts(History history) {
        return new Facts(
                new ToolCall(
                        CallId.mint(NOW, new Random(0)),
                        Optional.empty(),
                        new ToolName("billing.refund"),
                        (JsonObject) JsonValue.parse("{\"amount\": 41, \"payment\": \"x-1\"}"),
                        Optional.empty(),
                        Optional.empty()),
                Scene.BOT,
                tools().get(0),
                history,
                List.of(),
                NOW);
    }
}
