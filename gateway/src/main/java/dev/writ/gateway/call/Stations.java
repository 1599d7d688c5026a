package dev.writ.gateway.call;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The stations of a call's path, each a span and a timer {@code writ.station}. */
@ApplicationScoped
class Stations {

    private final MeterRegistry meters;
    private final Tracer tracer;
    private final Map<String, Timer> timers = new ConcurrentHashMap<>();

    Stations(MeterRegistry meters, Tracer tracer) {
        this.meters = meters;
        this.tracer = tracer;
    }

    /** Times a station that does I/O. */
    <T> Uni<T> watch(String station, Supplier<Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            long start = System.nanoTime();
            Span span = span(station);
            return within(span, work).onTermination().invoke((item, failure, cancelled) -> {
                if (failure != null) {
                    span.setStatus(StatusCode.ERROR);
                }
                end(station, span, start);
            });
        });
    }

    private static <T> T within(Span span, Supplier<T> work) {
        Scope scope = span.makeCurrent();
        try {
            return work.get();
        } finally {
            scope.close();
        }
    }

    /** Times a station that only computes. */
    <T> T time(String station, Supplier<T> work) {
        long start = System.nanoTime();
        Span span = span(station);
        try {
            return work.get();
        } finally {
            end(station, span, start);
        }
    }

    private Span span(String station) {
        return tracer.spanBuilder("writ." + station).startSpan();
    }

    private void end(String station, Span span, long start) {
        span.end();
        timers.computeIfAbsent(
                        station,
                        name -> Timer.builder("writ.station")
                                .description("Time spent in a station of a call's path")
                                .tag("station", name)
                                .publishPercentiles(0.5, 0.99)
                                .register(meters))
                .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }
}
