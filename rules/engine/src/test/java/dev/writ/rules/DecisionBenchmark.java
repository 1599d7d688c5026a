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
 * What one decision costs when an earlier call has just been added to the history, as between any two decisions.
 *
 * <p>Load {@code mixed}: 50 rules (or all, if there are fewer) are about the tool that is called, and 10 of those ask for
 * something in the history: five for an absence, three for a sum, two for an existence. Load {@code budgets}: 200 are about the
 * tool, and 50 of those count or add up over windows from 15 minutes to 30 days, each something else.
 *
 * <p>{@code spread} histories are of five tools, {@code narrow} ones all of the one tool that the rules look at. {@code ANEW}
 * looks at each call each time; it is here to compare with.
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
    private static final int MIXED_ABOUT_THE_TOOL = 50;
    private static final int MIXED_OVER_HISTORY = 10;
    private static final int BUDGETS_ABOUT_THE_TOOL = 200;
    private static final int BUDGETS = 50;

    /** How many rules there are. */
    @Param({"10", "100", "1000", "10000"})
    public int rules;

    /** What they ask for. */
    @Param({"mixed", "budgets"})
    public String load = "";

    /** How many earlier calls there are; of a number like these, the leaf that is added to is half full. */
    @Param({"0", "200", "1000", "10008"})
    public int events;

    /** How they are looked at. */
    @Param({"REMEMBERING"})
    public String recall = "";

    /** How the history is made up. */
    @Param({"narrow"})
    public String history = "";

    private PolicyEngine engine = PolicyEngine.denyAll();
    private Facts facts = facts(History.empty());
    private Past added = past(0, 1);

    /** Compiles the rules. */
    @Setup(Level.Trial)
    public void compile() {
        PolicyBundle bundle = PolicyBundle.of(Map.of(
                "bundle.yaml",
                "name: benchmark\nversion: '1'\nscope: ['*']".getBytes(StandardCharsets.UTF_8),
                "rules.drl",
                drl().getBytes(StandardCharsets.UTF_8)));
        engine = PolicyCompiler.compile(bundle, tools(), Recall.valueOf(recall))
                .fold(compiled -> compiled, problems -> {
                    throw new IllegalStateException(problems.toString());
                });
        int of = history.equals("spread") ? 5 : 1;
        facts = facts(pasts(of));
        added = past(events, of);
    }

    /** Lets the rules go. */
    @TearDown(Level.Trial)
    public void close() {
        engine.close();
    }

    /** One decision, and the call before it. */
    @Benchmark
    public Decision decide() {
        return engine.evaluate(facts(facts, facts.history().plus(added)));
    }

    private String drl() {
        StringBuilder drl = new StringBuilder();
        for (int i = 0; i < rules; i++) {
            boolean about = i < (load.equals("mixed") ? MIXED_ABOUT_THE_TOOL : BUDGETS_ABOUT_THE_TOOL);
            String tool = about ? "billing.refund" : "other.tool" + i % 97;
            drl.append("rule \"")
                    .append(i)
                    .append("\" when\n  ToolCall( tool == \"")
                    .append(tool)
                    .append("\", $p : text(\"payment\"), $amount : number(\"amount\")");
            if (load.equals("mixed")) {
                drl.append(", number(\"amount\") > ").append(i * 4);
                drl.append(" )\n").append(i < MIXED_OVER_HISTORY ? overHistory(i) : "");
            } else {
                drl.append(i < BUDGETS ? "" : ", number(\"amount\") > " + i);
                drl.append(" )\n").append(i < BUDGETS ? budget(i) : "");
            }
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
                        + " $t + $amount <= 1000000000 )\n"
                : "  exists " + events + "extractedList(\"duplicates\") contains $p ) over window:time(1h)\n";
    }

    private static String budget(int i) {
        String events = "  accumulate( Past( tool == \"tool.0\", number(\"amount\") > " + i;
        return switch (i % 5) {
            case 0 -> events + " ) over window:time(1h); $n : count(); $n < 1000000 )\n";
            case 1 ->
                events + ", $a : number(\"amount\") ) over window:time(30d); $t : sum($a);"
                        + " $t + $amount <= 1000000000 )\n";
            case 2 ->
                events + ", text(\"payment\") == $p ) over window:time(30d); $t : sum(number(\"amount\"));"
                        + " $t + $amount <= 1000000000 )\n";
            case 3 -> events + " ) over window:time(7d); $m : max(number(\"amount\")); $m > $amount )\n";
            default ->
                events + ", outcome in (\"failed\", \"unknown\") ) over window:time(15m); $n : count(); $n < 5 )\n";
        };
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

    private History pasts(int tools) {
        History history = History.empty();
        for (int i = 0; i < events; i++) {
            history = history.plus(past(i, tools));
        }
        return history;
    }

    /** One each minute. */
    private Past past(int i, int tools) {
        Instant at = NOW.minus(Duration.ofMinutes(events - i));
        return new Past(
                i,
                CallId.mint(at, new Random(i)),
                new ToolName("tool." + i % tools),
                (JsonObject) JsonValue.parse("{\"amount\": " + i + ".5, \"payment\": \"p-" + i % 100 + "\"}"),
                at,
                Effect.ALLOW,
                Outcome.SUCCEEDED,
                (JsonObject) JsonValue.parse("{\"duplicates\": [\"p-" + i + "\", \"q-" + i + "\"]}"),
                Set.of(),
                Optional.empty());
    }

    private static Facts facts(Facts same, History history) {
        return new Facts(same.call(), same.principal(), same.tool(), history, List.of(), NOW);
    }

    private static Facts facts(History history) {
        return new Facts(
                new ToolCall(
                        CallId.mint(NOW, new Random(0)),
                        Optional.empty(),
                        new ToolName("billing.refund"),
                        (JsonObject) JsonValue.parse("{\"amount\": 41, \"payment\": \"p-1\"}"),
                        Optional.empty(),
                        Optional.empty()),
                Scene.BOT,
                tools().get(0),
                history,
                List.of(),
                NOW);
    }
}
