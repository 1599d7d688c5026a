package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init") // JUnit calls start first
class HttpTileSourceTest {

    private static final LogSigner SIGNER = LogSigner.generate("log.test", new SecureRandom());

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean compresses;
    private final AtomicInteger failures = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/log/", this::answer);
        server.createContext("/elsewhere/", exchange -> {
            exchange.getResponseHeaders().add("Location", "/log/checkpoint");
            status(exchange, 302);
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void verifiesALogThatIsServed(boolean compressed) {
        compresses = compressed;
        Checkpoint head = FolderLog.write(folder, SIGNER, 3000, HttpTileSourceTest::leaf);

        assertThat(verify(source("/log", "secret"))).isEqualTo(new VerifyResult.Intact(3000, head));
        assertThat(requests).hasValue(1 + 12 + 12 + 1);
    }

    @Test
    void findsWhatIsMissing() throws IOException {
        FolderLog.write(folder, SIGNER, 600, HttpTileSourceTest::leaf);
        Files.delete(folder.resolve("tile/0/001"));

        assertThat(verify(source("/log/", "secret"))).isEqualTo(new VerifyResult.Broken(256, "tile/0/001 is missing"));
    }

    @Test
    void asksForATokenThatMayRead() {
        FolderLog.write(folder, SIGNER, 3, HttpTileSourceTest::leaf);

        assertThatThrownBy(() -> verify(source("/log", "wrong")))
                .isInstanceOf(UnreadableLogException.class)
                .hasMessageContaining("answers 401: give a token")
                .hasMessageNotContaining("wrong");
    }

    @Test
    void asksAgainWhenTheServerFails() {
        Checkpoint head = FolderLog.write(folder, SIGNER, 3, HttpTileSourceTest::leaf);
        failures.set(2);

        assertThat(verify(source("/log", "secret"))).isEqualTo(new VerifyResult.Intact(3, head));

        failures.set(3);
        assertThatThrownBy(() -> verify(source("/log", "secret")))
                .isInstanceOf(UnreadableLogException.class)
                .hasMessageContaining("answers 500");
    }

    @Test
    void takesATokenNowhereElse() {
        FolderLog.write(folder, SIGNER, 3, HttpTileSourceTest::leaf);

        assertThatThrownBy(() -> verify(source("/elsewhere", "secret")))
                .isInstanceOf(UnreadableLogException.class)
                .hasMessageContaining("answers 302");
        assertThat(requests).hasValue(0);
    }

    @Test
    void readsNoMoreThanALogHas() throws IOException {
        Files.write(folder.resolve("checkpoint"), new byte[TileBytes.MAX_BYTES + 1]);
        compresses = true;

        assertThatThrownBy(() -> verify(source("/log", "secret")))
                .isInstanceOf(UnreadableLogException.class)
                .hasMessageContaining("more than anything of a log");
    }

    @Test
    void saysThatNobodyIsThere() {
        TileSource source = source("/log", "secret");
        server.stop(0);

        assertThatThrownBy(source::checkpoint)
                .isInstanceOf(UnreadableLogException.class)
                .hasMessageContaining("cannot be read (ConnectException)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://log.example/",
                "file:///log",
                "log",
                "http:log",
                "https://user:password@log.example/",
                "https://log.example/?size=1",
                "http://log.example/"
            })
    void refusesAnyOtherPlaceForAToken(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> TileSource.http(URI.create(url), Optional.of("secret")));
    }

    private static VerifyResult verify(TileSource source) {
        return StaticLogVerifier.verify(source, SIGNER.verifierKey(), StaticLogVerifier.Options.DEFAULT);
    }

    private TileSource source(String path, String token) {
        return TileSource.http(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path), Optional.of(token));
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        Path file = folder.resolve(exchange.getRequestURI().getPath().substring("/log/".length()));
        if (!"Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            status(exchange, 401);
        } else if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            status(exchange, 500);
        } else if (!Files.exists(file)) {
            status(exchange, 404);
        } else {
            byte[] bytes = Files.readAllBytes(file);
            if (compresses) {
                ByteArrayOutputStream compressed = new ByteArrayOutputStream();
                try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
                    gzip.write(bytes);
                }
                bytes = compressed.toByteArray();
                exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            }
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }
    }

    private static void status(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private static byte[] leaf(long index) {
        return Leaf.of(Entries.keyed("DECIDED", "key/" + index), Map.of()).bytes();
    }
}
