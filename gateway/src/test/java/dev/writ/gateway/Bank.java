package dev.writ.gateway;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.eclipse.microprofile.config.ConfigProvider;

/** The gateway under test with its bank: registered, and governed by {@link Fixture#RULES}, once for all test classes. */
public record Bank(Upstream upstream, Fixture fixture) {

    private static final int SPANS_KEPT = 1_000;

    private static final BlockingQueue<String> SPANS = new ArrayBlockingQueue<>(SPANS_KEPT);

    private static final class Shared {
        static final Bank BANK = open();
    }

    public static Bank shared() {
        return Shared.BANK;
    }

    private static Bank open() {
        Upstream upstream = Upstream.start();
        Fixture fixture = Fixture.of(
                "http://127.0.0.1:" + ConfigProvider.getConfig().getValue("quarkus.http.test-port", String.class),
                home());
        fixture.register(upstream);
        fixture.activate(Fixture.RULES);
        return new Bank(upstream, fixture);
    }

    public static Path home() {
        return Path.of(ConfigProvider.getConfig().getValue("writ.home", String.class));
    }

    public String credential() {
        return Upstream.CREDENTIAL;
    }

    /** How many requests of this agent reached the tool. */
    public int requestsOf(Client agent) {
        return fixture.entries("kind=DECIDED&agent=" + agent.name()).stream()
                .map(entry -> entry.column("call"))
                .mapToInt(upstream::requestsOf)
                .sum();
    }

    /** The spans that ended last, with their attributes and events: what the test itself did is among them. */
    public List<String> spans() {
        return List.copyOf(SPANS);
    }

    public String logLines() {
        try {
            return Files.readString(home().resolve("gateway.log"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Collects spans as they end. */
    @ApplicationScoped
    static class Spans implements SpanProcessor {
        @Override
        public void onStart(Context parent, ReadWriteSpan span) {
            // Of interest when it ends.
        }

        @Override
        public boolean isStartRequired() {
            return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            String ended = span.toSpanData().toString();
            while (!SPANS.offer(ended)) {
                SPANS.poll();
            }
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }
}
