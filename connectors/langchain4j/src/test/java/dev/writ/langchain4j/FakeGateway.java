package dev.writ.langchain4j;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers as a gateway does, with bodies that a gateway sent. The last answer of a path is given again and again. */
final class FakeGateway implements AutoCloseable {

    static {
        // Without it, the JDK's server waits 40 ms for more before it sends.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    static final String KEY = "writ_k1_very-secret";

    /** A request that came in. */
    record Request(String method, String path, String authorization, String body) {}

    /** An answer that goes out; status 0 hangs up without one. */
    record Response(int status, Map<String, String> headers, String body) {

        static Response of(int status, String body) {
            return new Response(status, Map.of(), body);
        }

        static Response hangUp() {
            return of(0, "");
        }
    }

    private final HttpServer server;
    private final Map<String, Queue<Response>> answers = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    FakeGateway() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Request> requests() {
        return requests;
    }

    /** What was submitted, newest last. */
    List<Request> submissions() {
        return requests.stream()
                .filter(request -> request.method().equals("POST"))
                .toList();
    }

    /** @param path with its query */
    FakeGateway on(String method, String path, Response... inTurn) {
        answers.put(method + " " + path, new ArrayDeque<>(List.of(inTurn)));
        return this;
    }

    FakeGateway onSubmit(Response... inTurn) {
        return on("POST", "/v1/tool-calls", inTurn);
    }

    FakeGateway lists(String... tools) {
        return on("GET", "/v1/tools?limit=1000", Response.of(200, "{\"items\":[" + String.join(",", tools) + "]}"));
    }

    static String tool(String name, String inputSchema) {
        return """
                {"name":"%s","connector":"billing","description":"About %s.","inputSchema":%s,"idempotent":false,"labels":[],\
                "effects":{},"digest":"9f2c"}""".formatted(name, name, inputSchema);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            requests.add(new Request(
                    exchange.getRequestMethod(),
                    path,
                    String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
            Response response = next(exchange.getRequestMethod() + " " + path);
            if (response.status() == 0) {
                return;
            }
            byte[] body = response.body().getBytes(UTF_8);
            response.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Response next(String path) {
        Queue<Response> inTurn = answers.getOrDefault(path, new ArrayDeque<>());
        synchronized (inTurn) {
            if (inTurn.isEmpty()) {
                return Response.of(404, """
                        {"type":"urn:writ:problem:not-found","title":"There is no such thing","status":404,\
                        "detail":"There is no such path. /openapi lists those there are.","category":"CALLER"}""");
            }
            return inTurn.size() == 1 ? inTurn.element() : inTurn.remove();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
