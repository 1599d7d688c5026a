package dev.writ.connect.http;

import dev.writ.connect.Health;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.Traffic;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.Guard;
import io.smallrye.faulttolerance.standalone.StandaloneFaultTolerance;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.util.TypeLiteral;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;

/**
 * Spares a service that fails, and repeats what may be repeated. No thread is blocked: a pause is a timer, and a request is made on the
 * Vert.x context of its own.
 */
final class ServiceGuard {

    static {
        configure();
    }

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration JITTER = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private static final TypeLiteral<CompletionStage<Attempted>> ATTEMPTED = new AttemptedType();

    private final Breaker breaker;
    private final InstantSource clock;
    private final Guard guard;
    private final ServiceRecord record;

    ServiceGuard(String connector, Breaker breaker, int repeats, InstantSource clock) {
        this.breaker = breaker;
        this.clock = clock;
        this.record = new ServiceRecord(clock);
        Guard.Builder builder = Guard.create()
                .withDescription(connector)
                .withCircuitBreaker()
                .requestVolumeThreshold(breaker.calls())
                .failureRatio((double) breaker.failures() / breaker.calls())
                .delay(breaker.pause().toMillis(), ChronoUnit.MILLIS)
                .when(TroubleException.class::isInstance)
                .onStateChange(this::changed)
                .done();
        this.guard =
                repeats == 0 ? builder.build() : repeating(builder, repeats).build();
    }

    /** The library's own threads would keep a process alive. One of them is its clock; the others start what is repeated. */
    private static void configure() {
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "writ-fault-tolerance");
            thread.setDaemon(true);
            return thread;
        });
        try {
            StandaloneFaultTolerance.configure(() -> threads);
        } catch (IllegalStateException configured) {
            // Another class loader's copy of this class came first; its threads are as good, and none of these was
            // started.
            threads.shutdown();
        }
    }

    private static Guard.Builder repeating(Guard.Builder builder, int repeats) {
        return builder.withRetry()
                .maxRetries(repeats)
                .delay(FIRST_PAUSE.toMillis(), ChronoUnit.MILLIS)
                .jitter(JITTER.toMillis(), ChronoUnit.MILLIS)
                .withExponentialBackoff()
                .maxDelay(LONGEST_PAUSE.toMillis(), ChronoUnit.MILLIS)
                .done()
                .whenException(failure -> failure instanceof TroubleException trouble && trouble.isRepeatable())
                .done();
    }

    private void changed(CircuitBreakerState state) {
        if (state == CircuitBreakerState.OPEN) {
            record.opened();
        } else if (state == CircuitBreakerState.CLOSED) {
            record.closed();
        }
    }

    /** How the service does. */
    Health health() {
        return record.health();
    }

    /**
     * Makes the requests of one call. Never fails.
     *
     * @param request makes one request; asked again for each further one
     */
    Uni<ToolResult> run(Supplier<Uni<Attempted>> request, Course course) {
        return Uni.createFrom()
                .completionStage(() -> guard.get(() -> attempt(request, course), ATTEMPTED))
                .onItemOrFailure()
                .transform((attempted, failure) -> course.result().orElseGet(() -> refused(failure)));
    }

    private CompletionStage<Attempted> attempt(Supplier<Uni<Attempted>> request, Course course) {
        return Uni.createFrom()
                .deferred(() -> request.get())
                .invoke(course::ended)
                .invoke(record::ended)
                .chain(attempted -> attempted.trouble().isEmpty()
                        ? Uni.createFrom().item(attempted)
                        : Uni.createFrom()
                                .failure(new TroubleException(course.isRepeatableAfter(LONGEST_PAUSE.plus(JITTER)))))
                .subscribeAsCompletionStage();
    }

    private ToolResult refused(Throwable failure) {
        String reason = failure instanceof CircuitBreakerOpenException
                ? "the service is failing; nothing was sent; try again in " + secondsLeft() + " s"
                : "Writ could not make the request; nothing was sent";
        return new Failed(reason, Optional.empty(), Traffic.NONE);
    }

    private long secondsLeft() {
        Instant open = record.openSince().orElseGet(clock::instant);
        Duration left = Duration.between(clock.instant(), open.plus(breaker.pause()));
        return Math.max(1, left.plusMillis(999).toSeconds());
    }

    /** Says what a guarded request gives. */
    private static final class AttemptedType extends TypeLiteral<CompletionStage<Attempted>> {
        private static final long serialVersionUID = 1L;
    }
}
