package dev.writ.gateway.startup;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.writ.model.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteTest {

    /** What is answered to each query; the cursor of the second page is no word. */
    private static final Map<String, String> PAGES = Map.of(
            "limit=100",
            "{\"items\": [{\"name\": \"a\"}, {\"name\": \"b\"}], \"next\": \"x/y+z\"}",
            "limit=100&cursor=x%2Fy%2Bz",
            "{\"items\": [{\"name\": \"c\"}]}",
            "agent=ann&limit=100",
            "{\"items\": []}");

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final Remote gateway = new Remote();

    @TempDir
    private Path folder;

    RemoteTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/things", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = exchange.getRequestURI().getRawQuery();
            asked.add(query);
            byte[] page = Objects.requireNonNull(PAGES.get(query)).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
        }
    }

    @BeforeEach
    void speaksToIt() throws IOException {
        gateway.url = "http://127.0.0.1:" + server.getAddress().getPort();
        gateway.keyFile = Optional.of(Files.writeString(folder.resolve("key"), "writ_0_0"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static Stream<String> names(Stream<JsonObject> items) {
        return items.map(item -> item.text("name").orElseThrow());
    }

    @Test
    void aListIsReadPageByPage() {
        assertThat(names(gateway.items("/v1/things"))).containsExactly("a", "b", "c");
        assertThat(asked).containsExactly("limit=100", "limit=100&cursor=x%2Fy%2Bz");
    }

    @Test
    void aFilterIsKept() {
        assertThat(names(gateway.items("/v1/things?agent=ann"))).isEmpty();
        assertThat(asked).containsExactly("agent=ann&limit=100");
    }
}
