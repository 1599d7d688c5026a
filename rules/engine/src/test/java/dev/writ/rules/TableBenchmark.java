package dev.writ.rules;

import dev.writ.model.Decision;
import dev.writ.model.Facts;
import java.util.Map;
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
 * What a decision table costs: to be made ready, and to be asked. Each row names a payment and, unless {@code ranges}, the hash
 * finds it by that; with {@code ranges} every row is looked at.
 *
 * <p>Run as {@link DecisionBenchmark} is.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 4, time = 2)
public class TableBenchmark {

    /** How many there are. */
    @Param({"100", "1000", "10000"})
    public int rows;

    /** What a row asks. */
    @Param({"equal", "ranges"})
    public String asks = "";

    private PolicyBundle bundle = Bundles.ofRules("");
    private PolicyEngine engine = PolicyEngine.denyAll();
    private final Facts facts =
            Scene.refund("{\"amount\": 41, \"payment\": \"p-50\"}").facts();

    /** Writes the table and makes it ready. */
    @Setup(Level.Trial)
    public void write() {
        String csv = """
                RuleTable t
                CONDITION,CONDITION,CONDITION,ACTION
                "ToolCall( tool == 'billing.refund' )",,,
                "text('payment') == '$1'","number('amount') > $1","number('amount') <= $1","allow('$1')"
                Payment,Over,Up to,Reason
                """.replace("'", "\"\"");
        StringBuilder table = new StringBuilder(csv);
        for (int i = 0; i < rows; i++) {
            table.append(asks.equals("equal") ? "p-" + i : "")
                    .append(asks.equals("equal") ? ",1,50,ok\n" : "," + i + "," + (i + 1) + ",ok\n");
        }
        bundle = Bundles.of(Map.of("bundle.yaml", Bundles.MANIFEST, "t.csv", table.toString()));
        engine = (PolicyEngine) ready();
    }

    /** Lets the table go. */
    @TearDown(Level.Trial)
    public void close() {
        engine.close();
    }

    /** One decision: one row speaks. */
    @Benchmark
    public Decision decide() {
        return engine.evaluate(facts);
    }

    /** From the files of a bundle to an engine. */
    @Benchmark
    public Object ready() {
        return PolicyCompiler.compile(bundle, TestTools.ALL).fold(ready -> ready, problems -> {
            throw new IllegalStateException(problems.toString());
        });
    }
}
