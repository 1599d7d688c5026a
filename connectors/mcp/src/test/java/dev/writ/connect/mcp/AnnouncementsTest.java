package dev.writ.connect.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.connect.Dialogue;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.mcp.TestServer.Era;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class AnnouncementsTest {

    @Test
    void nothingIsAskedOfAServerBeforeThereIsAStreamThatItMayAskOn() {
        AtomicBoolean begun = new AtomicBoolean();
        List<Boolean> begunBefore = new CopyOnWriteArrayList<>();
        CountDownLatch never = new CountDownLatch(1);
        try (TestServer server = new TestServer(Era.LEGACY, TestServer.tool("confirm", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.relay(Relay.ALL))) {
            server.opens((request, answering) -> {
                assertThat(never.await(100, TimeUnit.MILLISECONDS)).isFalse();
                begun.set(true);
            });
            server.reacts((request, answering) -> {
                begunBefore.add(begun.get());
                answering.result("{\"content\":[]}");
            });
            server.lists((request, answering) -> {
                begunBefore.add(begun.get());
                answering.result("{\"tools\":[" + TestServer.tool("confirm", "").toJson() + "]}");
            });

            assertThat(open.call("confirm", "{}")).isInstanceOf(Succeeded.class);
            assertThat(begunBefore).hasSize(2).containsOnly(true);
        }
    }

    @Test
    void aServerThatNeverBeginsAStreamIsCalledAllTheSame() {
        CountDownLatch never = new CountDownLatch(1);
        try (TestServer server = new TestServer(Era.LEGACY, TestServer.tool("confirm", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.relay(Relay.ALL))) {
            server.opens((request, answering) -> never.await());

            assertThat(open.call("confirm", "{}")).isInstanceOf(Succeeded.class);
        }
    }

    @Test
    void aServerThatSaysThatThereIsNothingToListenToKeepsItsSession() throws InterruptedException {
        try (TestServer server = new TestServer(Era.LEGACY, TestServer.tool("search", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.relay(Relay.ALL))) {
            CountDownLatch opened = new CountDownLatch(1);
            server.opens((request, answering) -> {
                answering.status(404, "");
                opened.countDown();
            });

            assertThat(open.call("search", "{}")).isInstanceOf(Succeeded.class);
            assertThat(open.call("search", "{}")).isInstanceOf(Succeeded.class);
            assertThat(opened.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(server.requests("initialize")).hasSize(1);
        }
    }

    @Test
    void whatAServerAsksAfterItWasLeftAtACallIsNobodyElses() {
        try (TestServer server = new TestServer(Era.LEGACY, TestServer.tool("slow", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.relay(Relay.ALL))) {
            server.reacts((request, answering) -> answering.staysSilent());
            open.call("slow", "{}", Duration.ofSeconds(20), new Leaving(server));

            List<String> asked = new CopyOnWriteArrayList<>();
            server.reacts((request, answering) -> {
                server.ask("late", "elicitation/create");
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> server.requests().stream()
                                .anyMatch(answer -> answer.body().text("id").equals(Optional.of("late"))
                                        && answer.body().get("error").isPresent()));
                answering.result("{\"content\":[]}");
            });
            ToolResult other = open.call("slow", "{}", Duration.ofSeconds(20), new Dialogue() {
                @Override
                public Uni<JsonValue> ask(String method, JsonObject params) {
                    asked.add(method);
                    return Uni.createFrom().item(JsonObject.empty());
                }
            });
            assertThat(other).isInstanceOf(Succeeded.class);
            assertThat(asked).isEmpty();
        }
    }

    /** Gives up as soon as the server has its call. */
    private record Leaving(TestServer server) implements Dialogue {
        @Override
        public Uni<Void> cancelled() {
            return Uni.createFrom()
                    .voidItem()
                    .invoke(() -> await().atMost(Duration.ofSeconds(60))
                            .until(() -> !server.requests("tools/call").isEmpty()))
                    .runSubscriptionOn(Infrastructure.getDefaultExecutor());
        }
    }
}
