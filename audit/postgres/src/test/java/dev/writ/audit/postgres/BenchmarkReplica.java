package dev.writ.audit.postgres;

import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.LogSigner;
import dev.writ.audit.MasterKey;
import dev.writ.audit.Settled;
import dev.writ.model.JsonObject;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** One process of {@link Benchmark}. */
final class BenchmarkReplica implements AuditMetrics {

    static final String HEADING = "%-10s %-10s %9s %9s %9s %9s %9s %9s %9s %9s %7s%n"
            .formatted(
                    "load",
                    "replica",
                    "appends/s",
                    "p50 ms",
                    "p99 ms",
                    "batch",
                    "lock p50",
                    "lock p99",
                    "again %",
                    "cpu us",
                    "failed");

    private static final Duration WARM_UP = Duration.ofSeconds(6);
    private static final int IN_FLIGHT = 2048;
    private static final int MOST = 1 << 20;

    private final String load;
    private final int processes;
    private final String replica;
    private final Samples latencies = new Samples();
    private final Samples lockHeld = new Samples();
    private final AtomicLong batches = new AtomicLong();
    private final AtomicLong entries = new AtomicLong();
    private final AtomicLong again = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicBoolean isMeasured = new AtomicBoolean();
    private final String padding = "x".repeat(380);

    private BenchmarkReplica(String load, int processes, String replica) {
        this.load = load;
        this.processes = processes;
        this.replica = replica;
    }

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        DatabaseUrl writer = DatabaseUrl.parse(in.readLine());
        LogSigner signer = LogSigner.parse(in.readLine());
        MasterKey master = MasterKey.of(HexFormat.of().parseHex(in.readLine()));
        String name = in.readLine();
        BenchmarkReplica replica = new BenchmarkReplica(args[0], Integer.parseInt(args[1]), name);
        Path mark = Files.createTempFile("high-water-mark", name);
        Files.delete(mark);
        Vertx vertx = Vertx.vertx();
        PostgresAuditLog.Settings settings = new PostgresAuditLog.Settings(
                writer, name, signer, master, mark, PostgresAuditLog.Limits.DEFAULT, InstantSource.system(), replica);
        try (PostgresAuditLog log =
                PostgresAuditLog.open(vertx, settings).await().indefinitely()) {
            replica.run(log, Duration.ofSeconds(Integer.parseInt(args[2])));
        }
        Files.delete(mark);
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    private void run(PostgresAuditLog log, Duration time) {
        drive(log, WARM_UP);
        isMeasured.set(true);
        long began = System.nanoTime();
        long cpuBefore = cpu();
        drive(log, time);
        isMeasured.set(false);
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%-10s %-10s %9.0f %9.2f %9.2f %9.1f %9.2f %9.2f %9.1f %9.1f %7d%n",
                load,
                replica,
                latencies.size() / seconds,
                latencies.percentile(50),
                latencies.percentile(99),
                entries.doubleValue() / Math.max(1, batches.get()),
                lockHeld.percentile(50),
                lockHeld.percentile(99),
                100.0 * again.get() / Math.max(1, entries.get()),
                (cpu() - cpuBefore) / 1e3 / Math.max(1, latencies.size()),
                failed.get());
    }

    /** Of this process, load generation included, in nanoseconds. */
    private static long cpu() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toNanos)
                .orElse(0L);
    }

    /** Appends for that long, from one thread, and waits for the last. */
    private void drive(PostgresAuditLog log, Duration time) {
        boolean isPaced = Character.isDigit(load.charAt(0));
        long interval = isPaced ? 1_000_000_000L * processes / Long.parseLong(load) : 0;
        Semaphore room = new Semaphore(IN_FLIGHT);
        long now = System.nanoTime();
        long end = now + time.toNanos();
        for (long due = now; due - end < 0; due = isPaced ? due + interval : System.nanoTime()) {
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            room.acquireUninterruptibly();
            long started = due;
            log.append(draft(log.tail().size()))
                    .subscribe()
                    .with(
                            receipt -> {
                                room.release();
                                if (isMeasured.get()) {
                                    latencies.add(System.nanoTime() - started);
                                }
                            },
                            failure -> {
                                room.release();
                                failed.incrementAndGet();
                            });
        }
        room.acquireUninterruptibly(IN_FLIGHT);
    }

    private final AtomicInteger count = new AtomicInteger();

    private Draft<Boolean> draft(long readAt) {
        int number = count.incrementAndGet();
        String topic = switch (load) {
            case "hot" -> "history/" + number % 100;
            case "one" -> "history/one";
            default -> "history/" + replica + "/" + number;
        };
        return new Draft<>(Set.of(topic), readAt, since -> new Settled<>(entry(topic, number, since.size()), true));
    }

    private Entry entry(String topic, int number, int seen) {
        String id = replica + "/" + number;
        Map<Column, String> columns = new EnumMap<>(Column.class);
        columns.put(Column.CALL, id);
        columns.put(Column.VERDICT, "allow");
        columns.put(Column.AGENT, "agent-" + number % 50);
        columns.put(Column.SUBJECT, "subject-" + number % 1000);
        columns.put(Column.SESSION, "session-" + number % 5000);
        columns.put(Column.TOOL, "tool-" + number % 20);
        columns.put(Column.RULE, "small-refund");
        columns.put(Column.BUNDLE, "billing-support@1");
        JsonObject body = JsonObject.builder()
                .put("seen", seen)
                .put("arguments", padding)
                .put("reason", "The charge is a duplicate and small.")
                .build();
        JsonObject facts = JsonObject.builder()
                .put("amount", 18)
                .put("customer", padding)
                .put("history", padding)
                .put("now", "2026-01-02T12:00:00Z")
                .build();
        return new Entry(
                "DECIDED",
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                List.of("decided/" + id + "/0", "client/agent/" + id),
                Set.of(topic),
                columns,
                body,
                "subject-" + number % 1000,
                List.of(new Input("facts", facts, true)));
    }

    @Override
    public void committed(int size, int settledAgain, Duration held) {
        if (isMeasured.get()) {
            batches.incrementAndGet();
            entries.addAndGet(size);
            again.addAndGet(settledAgain);
            lockHeld.add(held.toNanos());
        }
    }

    /** Durations in nanoseconds, as many as fit. */
    private static final class Samples {
        private final long[] nanos = new long[MOST];
        private final AtomicInteger size = new AtomicInteger();

        void add(long duration) {
            int at = size.getAndIncrement();
            if (at < MOST) {
                nanos[at] = duration;
            }
        }

        int size() {
            return size.get();
        }

        /** In milliseconds. */
        double percentile(double percent) {
            long[] sorted = Arrays.copyOf(nanos, Math.min(size.get(), MOST));
            Arrays.sort(sorted);
            return sorted.length == 0
                    ? 0
                    : sorted[(int) Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
        }
    }
}
