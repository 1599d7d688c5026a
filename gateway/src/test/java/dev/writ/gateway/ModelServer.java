package dev.writ.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A model as OpenAI's API shows one, which does what the call says that it is asked about: {@code [[say:...]]}, {@code [[fail]]},
 * {@code [[wait]]}. Keeps what it is asked as files, since tests and what starts the gateway have class loaders of their own.
 */
public final class ModelServer implements AutoCloseable {

    public static final String KEY = "canary-model-key";
    public static final String DESCRIPTION = "An amount is paid to an account.";

    private static final Pattern SAY = Pattern.compile("\\[\\[say:(.*?)]]");

    private final HttpServer server;
    private final Path folder;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);

    private ModelServer(HttpServer server, Path folder) {
        this.server = server;
        this.folder = folder;
    }

    public static ModelServer start(Path folder) throws IOException {
        ModelServer model = new ModelServer(
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), folder);
        model.server.setExecutor(model.threads);
        model.server.createContext("/", model::answer);
        model.server.start();
        return model;
    }

    public Map<String, String> properties() throws IOException {
        Path key = folder.resolve("key");
        Files.writeString(key, KEY + "\n");
        return Map.of(
                "writ.summary.base-url",
                        "http://127.0.0.1:" + server.getAddress().getPort() + "/v1",
                "writ.summary.api-key-file", key.toString(),
                "writ.summary.model", "tiny-1",
                "writ.summary.timeout", "10s",
                "writ.summary.max-call", "2K");
    }

    /** What it was asked about calls with that text in them: authorization, and body. */
    public static List<String> asked(String text) {
        try (Stream<Path> files = Files.list(Bank.home().resolve("model"))) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .map(ModelServer::read)
                    .filter(request -> request.contains(text))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Path written = Files.createTempFile(folder, "asked", ".tmp");
            Files.writeString(written, exchange.getRequestHeaders().getFirst("Authorization") + "\n" + body);
            Files.move(written, Path.of(written + ".json"), StandardCopyOption.ATOMIC_MOVE);
            if (body.contains("[[wait]]")) {
                closed.await();
                return;
            }
            if (body.contains("[[fail]]")) {
                send(exchange, 500, "{\"error\": {\"message\": \"canary: no\"}}");
                return;
            }
            Matcher say = SAY.matcher(body);
            send(exchange, 200, reply(say.find() ? say.group(1) : DESCRIPTION));
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static String reply(String text) {
        return JsonObject.builder()
                .put("id", "1")
                .put("object", "chat.completion")
                .put("created", 1)
                .put("model", "tiny-1")
                .put(
                        "choices",
                        new JsonArray(List.of(JsonObject.builder()
                                .put("index", 0)
                                .put("finish_reason", "stop")
                                .put(
                                        "message",
                                        JsonObject.builder()
                                                .put("role", "assistant")
                                                .put("content", text)
                                                .build())
                                .build())))
                .build()
                .toJson();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
