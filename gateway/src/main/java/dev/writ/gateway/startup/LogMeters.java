package dev.writ.gateway.startup;

import dev.writ.audit.postgres.AuditMetrics;
import dev.writ.gateway.auditing.Verification;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The log's figures as metrics. */
@Singleton
class LogMeters implements AuditMetrics, Verification {

    private final AtomicInteger queue;
    private final DistributionSummary batch;
    private final Counter settledAgain;
    private final Counter retried;
    private final Timer lockHeld;
    private final Timer latency;
    private final AtomicLong verified;
    private final AtomicLong verifiedAt = new AtomicLong(System.nanoTime());
    private final Timer pass;
    private final InstantSource clock;
    private volatile boolean isVerified = true;
    private volatile Optional<Pass> lastIntact = Optional.empty();

    LogMeters(MeterRegistry meters, InstantSource clock) {
        this.clock = clock;
        this.queue = meters.gauge("writ.audit.queue", new AtomicInteger());
        this.batch = DistributionSummary.builder("writ.audit.batch")
                .description("Entries committed at once")
                .publishPercentiles(0.5, 0.99)
                .register(meters);
        this.settledAgain = Counter.builder("writ.audit.settled.again")
                .description("Drafts settled again under the lock, because what they were computed from had changed")
                .register(meters);
        this.retried = Counter.builder("writ.audit.retried")
                .description("Batches that the database refused and that were tried again")
                .register(meters);
        this.lockHeld = timer(meters, "writ.audit.lock", "Time the log's lock was held, or asked for and held");
        this.verified = meters.gauge("writ.audit.verified.entries", new AtomicLong());
        TimeGauge.builder("writ.audit.verified.age", () -> System.nanoTime() - verifiedAt.get(), TimeUnit.NANOSECONDS)
                .description("Since the whole log was last found intact, or since the start")
                .register(meters);
        this.pass = Timer.builder("writ.audit.verified.pass")
                .description("Verifying the whole log once, in the background")
                .register(meters);
        this.latency = timer(meters, "writ.audit.append", "From the draft to its receipt");
    }

    private static Timer timer(MeterRegistry meters, String name, String description) {
        return Timer.builder(name)
                .description(description)
                .publishPercentiles(0.5, 0.99)
                .register(meters);
    }

    @Override
    public void queueDepth(int drafts) {
        queue.set(drafts);
    }

    @Override
    public void committed(int entries, int again, Duration held) {
        batch.record(entries);
        settledAgain.increment(again);
        lockHeld.record(held);
    }

    @Override
    public void appended(Duration time) {
        latency.record(time);
    }

    @Override
    public void verified(long entries, Duration took) {
        isVerified = true;
        verified.set(entries);
        verifiedAt.set(System.nanoTime());
        pass.record(took);
        lastIntact = Optional.of(new Pass(entries, clock.instant(), took));
    }

    @Override
    public void notVerified() {
        isVerified = false;
    }

    @Override
    public boolean isVerified() {
        return isVerified;
    }

    @Override
    public Optional<Pass> lastIntact() {
        return lastIntact;
    }

    @Override
    public void retried() {
        retried.increment();
    }
}
