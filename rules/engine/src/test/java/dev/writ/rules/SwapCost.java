package dev.writ.rules;

import com.sun.management.ThreadMXBean;
import dev.writ.model.Facts;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What it costs to make bundles ready, to put one in the place of another, and to ask several about one call; in one run.
 *
 * <p>A bundle is made ready from its files to the first decision, warm: the first is to be had from the same process before. A
 * thousand rules are asked about a call each by one bundle, by five and by twenty.
 *
 * <pre>
 * mvn -q -pl rules/engine -am test-compile
 * mvn -pl rules/engine exec:exec -Dexec.classpathScope=test -Dexec.executable=java \
 *     -Dexec.args="-cp %classpath dev.writ.rules.SwapCost"
 * </pre>
 */
final class SwapCost {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ABOUT_THE_TOOL = 50;
    private static final int ALL = 1_000;
    private static final long WARM_NANOS = 2_000_000_000L;
    private static final Facts FACTS =
            Scene.refund("{\"amount\": 41, \"payment\": \"p-50\"}").facts();

    private SwapCost() {}

    /** Prints the tables. */
    public static void main(String[] arguments) {
        System.out.println(
                "rules    ms to ready, first   ms warm   ms to its first decision and to close   us a decision then");
        for (int rules : new int[] {100, 1_000, 10_000}) {
            printReady("rules", files(0, rules), rules);
        }
        for (int rows : new int[] {100, 1_000, 10_000}) {
            printReady("rows", table(rows), rows);
        }
        System.out.println("bundles  rules each   us a decision   ratio");
        double one = 0;
        for (int bundles : new int[] {1, 5, 20}) {
            double cost = several(bundles);
            one = one == 0 ? cost : one;
            System.out.println(
                    String.format(Locale.ROOT, "%7d %11d %15.1f %7.2f", bundles, ALL / bundles, cost, cost / one));
        }
    }

    private static void printReady(String what, Map<String, String> bundle, int count) {
        double first = millis(() -> ready(bundle));
        double warm = Double.MAX_VALUE;
        for (int i = 0; i < 8; i++) {
            warm = Math.min(warm, millis(() -> ready(bundle)));
        }
        PolicyEngine engine = compiled(Bundles.of(bundle));
        double asked = millis(() -> engine.evaluate(FACTS));
        double decision = micros(() -> engine.evaluate(FACTS).verdicts().size());
        double closed = millis(engine::close);
        System.out.println(String.format(
                Locale.ROOT,
                "%6d %-5s %11.0f %9.0f %18.2f + %.2f %24.1f",
                count,
                what,
                first,
                warm,
                asked,
                closed,
                decision));
    }

    private static int ready(Map<String, String> files) {
        try (PolicyEngine engine = compiled(Bundles.of(files))) {
            return engine.evaluate(FACTS).verdicts().size();
        }
    }

    private static PolicyEngine compiled(PolicyBundle bundle) {
        return PolicyCompiler.compile(bundle, TestTools.ALL).fold(ready -> ready, problems -> {
            throw new IllegalStateException(problems.toString());
        });
    }

    private static double several(int bundles) {
        List<PolicyEngine> engines = new ArrayList<>();
        for (int i = 0; i < bundles; i++) {
            engines.add(compiled(Bundles.of(files(i * (ALL / bundles), ALL / bundles))));
        }
        double cost = micros(() -> {
            int verdicts = 0;
            for (PolicyEngine engine : engines) {
                verdicts += engine.evaluate(FACTS).verdicts().size();
            }
            return verdicts;
        });
        engines.forEach(PolicyEngine::close);
        return cost;
    }

    /** Of every twenty rules one is about the tool that is called. */
    private static Map<String, String> files(int from, int count) {
        Map<String, String> files = new HashMap<>();
        files.put("bundle.yaml", Bundles.MANIFEST);
        StringBuilder drl = new StringBuilder();
        for (int i = from; i < from + count; i++) {
            boolean about = i % (ALL / ABOUT_THE_TOOL) == 0;
            drl.append("rule \"")
                    .append(i)
                    .append("\" when ToolCall( tool == \"")
                    .append(about ? "billing.refund" : "billing.payments")
                    .append("\"")
                    .append(about ? ", number(\"amount\") < " + (i + 42) : "")
                    .append(" ) not Past( tool == \"billing.refund\", text(\"payment\") == \"p-")
                    .append(i)
                    .append("\" ) over window:time(1h) then allow(\"because\"); end\n");
            if (i % 1_000 == 999 || i == from + count - 1) {
                files.put("rules-" + i + ".drl", drl.toString());
                drl.setLength(0);
            }
        }
        return files;
    }

    private static Map<String, String> table(int rows) {
        StringBuilder csv = new StringBuilder("""
                RuleTable t
                CONDITION,CONDITION,ACTION
                "ToolCall( tool == 'billing.refund' )",,
                "text('payment') == '$1'","number('amount') <= $1","allow('$1')"
                Payment,Up to,Reason
                """.replace("'", "\"\""));
        for (int i = 0; i < rows; i++) {
            csv.append("p-").append(i).append(",50,ok\n");
        }
        return Map.of("bundle.yaml", Bundles.MANIFEST, "t.csv", csv.toString());
    }

    private static double millis(Runnable work) {
        long start = THREADS.getCurrentThreadCpuTime();
        work.run();
        return (THREADS.getCurrentThreadCpuTime() - start) / 1e6;
    }

    private static double micros(Supplier<Integer> work) {
        run(work, WARM_NANOS);
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            best = Math.min(best, run(work, WARM_NANOS / 10));
        }
        return best;
    }

    private static double run(Supplier<Integer> work, long nanos) {
        long start = THREADS.getCurrentThreadCpuTime();
        long done = 0;
        long verdicts = 0;
        while (THREADS.getCurrentThreadCpuTime() - start < nanos) {
            verdicts += work.get();
            done++;
        }
        if (verdicts == 0) {
            throw new IllegalStateException("no rule spoke");
        }
        return (THREADS.getCurrentThreadCpuTime() - start) / 1e3 / done;
    }
}
