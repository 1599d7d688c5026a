package dev.writ.connect.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.mcp.TestServer.Era;
import java.util.List;
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
}
