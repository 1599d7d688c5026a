package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.AuditReader;
import dev.writ.audit.InMemoryAuditLog;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody goes on with a request on a loop that serves another one. */
class OnWorkerTest {

    private final Vertx vertx = Vertx.vertx();
    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private final CompletableFuture<Void> gate = new CompletableFuture<>();
    private final Histories histories = new Histories(log, gated(), new PrunedHistoryTest.Settings());

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Of its own: a thread always gets the same one. */
    private Context context() {
        return CompletableFuture.supplyAsync(vertx::getOrCreateContext, command -> new Thread(command).start())
                .join();
    }

    /** Its readings wait until the gate is open. */
    private AuditReader gated() {
        return (AuditReader) Proxy.newProxyInstance(
                AuditReader.class.getClassLoader(),
                new Class<?>[] {AuditReader.class},
                (proxy, method, arguments) -> method.invoke(log.reader(), arguments) instanceof Uni<?> read
                        ? Uni.createFrom().completionStage(gate).chain(() -> read)
                        : method.invoke(log.reader(), arguments));
    }

    @Test
    void whatManyShareArrivesAtEachWhereThatOneAsked() {
        List<Context> askers = List.of(context(), context());
        Map<Context, Context> arrived = new ConcurrentHashMap<>();
        CompletableFuture<?>[] asked = askers.stream()
                .map(asker -> {
                    CompletableFuture<Void> done = new CompletableFuture<>();
                    asker.runOnContext(any -> {
                        histories
                                .of(new Whose.Fleet())
                                .subscribe()
                                .with(snapshot -> arrived.put(asker, Vertx.currentContext()));
                        done.complete(null);
                    });
                    return done;
                })
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(asked).join();

        gate.complete(null);

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(arrived).hasSize(2));
        askers.forEach(asker -> assertThat(arrived.get(asker)).isSameAs(asker));
    }
}
