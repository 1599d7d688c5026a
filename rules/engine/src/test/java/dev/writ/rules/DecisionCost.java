package dev.writ.rules;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * What one decision of {@link DecisionBenchmark} costs in processor time and memory, and how that grows with rules and history, in one
 * run. Processor time says something on a busy machine, too.
 *
 * <pre>
 * mvn -q -pl rules/engine -am test-compile
 * mvn -pl rules/engine exec:exec -Dexec.classpathScope=test -Dexec.executable=java \
 *     -Dexec.args="-cp %classpath dev.writ.rules.DecisionCost"
 * </pre>
 */
final class DecisionCost {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long WARM_NANOS = 3_000_000_000L;
    private static final long MEASURED_NANOS = 300_000_000L;
    private static final int MEASUREMENTS = 5;

    private DecisionCost() {}

    /** Prints the table. */
    public static void main(String[] arguments) {
        System.out.println("load     rules  events  recall       us of processor  ratio  KiB allocated");
        for (String load : new String[] {"budgets", "mixed"}) {
            double first = 0;
            for (int events : new int[] {200, 0, 1_000, 10_008}) {
                first = print(load, 1_000, events, Recall.REMEMBERING, first);
            }
            print(load, 1_000, 200, Recall.ANEW, first);
            print(load, 1_000, 10_008, Recall.ANEW, first);
            for (int rules : new int[] {10, 100, 10_000}) {
                print(load, rules, 200, Recall.REMEMBERING, first);
            }
        }
    }

    private static double print(String load, int rules, int events, Recall recall, double first) {
        DecisionBenchmark benchmark = new DecisionBenchmark();
        benchmark.load = load;
        benchmark.rules = rules;
        benchmark.events = events;
        benchmark.recall = recall.name();
        benchmark.history = "narrow";
        benchmark.compile();
        run(benchmark, WARM_NANOS);
        double best = Double.MAX_VALUE;
        double allocated = 0;
        for (int i = 0; i < MEASUREMENTS; i++) {
            long bytes = THREADS.getCurrentThreadAllocatedBytes();
            long start = THREADS.getCurrentThreadCpuTime();
            int decisions = run(benchmark, MEASURED_NANOS);
            best = Math.min(best, (THREADS.getCurrentThreadCpuTime() - start) / 1e3 / decisions);
            allocated = (THREADS.getCurrentThreadAllocatedBytes() - bytes) / 1024.0 / decisions;
        }
        benchmark.close();
        System.out.println(String.format(
                Locale.ROOT,
                "%-7s %6d %7d  %-11s %16.1f %6.2f %14.1f",
                load,
                rules,
                events,
                recall,
                best,
                first == 0 ? 1 : best / first,
                allocated));
        return first == 0 ? best : first;
    }

    private static int run(DecisionBenchmark benchmark, long nanos) {
        long start = THREADS.getCurrentThreadCpuTime();
        int decisions = 0;
        int verdicts = 0;
        while (THREADS.getCurrentThreadCpuTime() - start < nanos) {
            for (int i = 0; i < 10; i++) {
                verdicts += benchmark.decide().verdicts().size();
                decisions++;
            }
        }
        if (verdicts == 0) {
            throw new IllegalStateException("no rule spoke");
        }
        return decisions;
    }
}
