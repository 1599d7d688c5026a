package dev.writ.gateway.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How issuers are asked over HTTP. */
class HttpFetchTest {

    private static final Duration LONG = Duration.ofMinutes(2);

    private final HttpFetch fetch = new HttpFetch();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger followed = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/echo", exchange -> {
            String asked = exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            answer(exchange, 400, asked.getBytes(StandardCharsets.UTF_8));
        });
        server.createContext("/huge", exchange -> answer(exchange, 200, new byte[256 * 1024 + 1]));
        server.createContext("/largest", exchange -> answer(exchange, 200, new byte[256 * 1024]));
        server.createContext("/elsewhere", exchange -> {
            exchange.getResponseHeaders().add("Location", "/target");
            answer(exchange, 302, new byte[0]);
        });
        server.createContext("/target", exchange -> {
            followed.incrementAndGet();
            answer(exchange, 200, new byte[0]);
        });
        server.createContext("/silent", exchange -> {
            try {
                over.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private Fetch.Answer posted(URI to, Duration timeout) {
        return fetch.post(to, Map.of("a b", "c&d"), Optional.of("Basic x"), timeout)
                .await()
                .indefinitely();
    }

    @Test
    void aFormIsSentAndItsAnswerToldWhateverItIs() {
        assertThat(posted(at("/echo"), LONG)).isEqualTo(new Fetch.Answer(400, "POST Basic x a+b=c%26d"));
    }

    @Test
    void aDocumentIsThereOrNot() {
        assertThat(fetch.get(at("/largest"), LONG).await().indefinitely()).hasSize(256 * 1024);
        assertThatThrownBy(() -> fetch.get(at("/echo"), LONG).await().indefinitely())
                .hasMessageContaining("400");
    }

    @Test
    void anAnswerThatIsTooLongIsNone() {
        assertThatThrownBy(() -> fetch.get(at("/huge"), LONG).await().indefinitely())
                .hasMessageContaining("longer than");
        assertThatThrownBy(() -> posted(at("/huge"), LONG)).hasMessageContaining("longer than");
    }

    @Test
    void whoDoesNotAnswerIsNotWaitedFor() {
        assertThatThrownBy(() -> posted(at("/silent"), Duration.ofMillis(200))).isNotNull();
    }

    @Test
    void nobodyIsFollowedElsewhere() {
        assertThat(posted(at("/elsewhere"), LONG).status()).isEqualTo(302);
        assertThatThrownBy(() -> fetch.get(at("/elsewhere"), LONG).await().indefinitely())
                .hasMessageContaining("302");
        assertThat(followed).hasValue(0);
    }

    @Test
    void nothingIsSentInTheClear() {
        for (String url :
                new String[] {"http://issuer.example/token", "http://127.0.0.1.evil.example/", "file:///etc"}) {
            assertThatThrownBy(() -> posted(URI.create(url), LONG)).hasMessageContaining("https only");
        }
    }
}
