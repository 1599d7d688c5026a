package dev.writ.connect.mcp;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** How a {@link TestServer} answers one request. */
final class Answering {

    private final HttpExchange exchange;
    private final TestServer.Request request;
    private final CountDownLatch closing;
    private boolean streaming;

    Answering(HttpExchange exchange, TestServer.Request request, CountDownLatch closing) {
        this.exchange = exchange;
        this.request = request;
        this.closing = closing;
    }

    void header(String name, String value) {
        exchange.getResponseHeaders().set(name, value);
    }

    void result(String result) throws IOException {
        status(200, "{\"jsonrpc\":\"2.0\",\"id\":" + request.id().toJson() + ",\"result\":" + result + "}");
    }

    void error(int code, String message) throws IOException {
        status(
                200,
                "{\"jsonrpc\":\"2.0\",\"id\":" + request.id().toJson() + ",\"error\":{\"code\":" + code
                        + ",\"message\":\"" + message + "\"}}");
    }

    void status(int status, String body) throws IOException {
        if (!body.isEmpty()) {
            header("Content-Type", "application/json");
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    boolean isAnswered() {
        return exchange.getResponseCode() >= 0;
    }

    OutputStream stream() throws IOException {
        if (!streaming) {
            streaming = true;
            header("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
        }
        return exchange.getResponseBody();
    }

    /** One event whose data that is. */
    void event(String data) throws IOException {
        write("data: " + data + "\n\n");
    }

    void write(String text) throws IOException {
        OutputStream out = stream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    void resultEvent(String result) throws IOException {
        event("{\"jsonrpc\":\"2.0\",\"id\":" + request.id().toJson() + ",\"result\":" + result + "}");
    }

    /** Until the server is closed. */
    void staysSilent() throws InterruptedException {
        closing.await();
    }
}
