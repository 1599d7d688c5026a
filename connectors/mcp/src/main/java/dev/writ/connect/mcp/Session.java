package dev.writ.connect.mcp;

import dev.writ.connect.mcp.Wire.Ongoing;
import dev.writ.connect.mcp.Wire.Outgoing;
import dev.writ.connect.mcp.Wire.Receiver;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A server with which a revision of the protocol was agreed on, and what it said of itself. */
record Session(Wire wire, Vertx vertx, Protocol protocol, JsonObject greeting, AtomicLong ids) {

    /** Before anything was agreed on. */
    static Session unopened(Wire wire, Vertx vertx, Protocol protocol) {
        return new Session(wire, vertx, protocol, JsonObject.empty(), new AtomicLong());
    }

    Session as(Protocol agreed, JsonObject said) {
        return new Session(wire, vertx, agreed, said, ids);
    }

    JsonObject capabilities() {
        return greeting.object("capabilities").orElse(JsonObject.empty());
    }

    /** MCP {@code Implementation}; in {@code _meta} since 2026-07-28. */
    JsonObject server() {
        return greeting.object("serverInfo")
                .or(() -> greeting.object("_meta").flatMap(meta -> meta.object(Protocol.META + "serverInfo")))
                .orElse(JsonObject.empty());
    }

    Optional<String> instructions() {
        return greeting.text("instructions");
    }

    boolean offers(String capability) {
        return capabilities().object(capability).isPresent();
    }

    boolean declares(String capability, String flag) {
        return capabilities().object(capability).filter(own -> own.isTrue(flag)).isPresent();
    }

    JsonValue nextId() {
        return JsonNumber.of(ids.incrementAndGet());
    }

    /**
     * A request that is ready to be sent.
     *
     * @param capabilities of the caller
     * @param mirrored more headers
     */
    Outgoing request(
            JsonValue id,
            String method,
            JsonObject params,
            Optional<String> routingName,
            Map<String, String> mirrored,
            JsonObject capabilities) {
        JsonObject message = Message.request(id, method, Protocol.withMeta(params, protocol.meta(capabilities)));
        Map<String, String> headers = new LinkedHashMap<>(protocol.headers(method, routingName));
        if (protocol.isModern()) {
            headers.putAll(mirrored);
        }
        return new Outgoing(id, message, headers, !protocol.isModern());
    }

    /** Asks for something that has no effect. Fails with a {@link ServerException}. */
    Future<JsonObject> ask(String method, JsonObject params, Optional<String> routingName, Duration limit) {
        return ask(method, params, routingName, limit, head -> {});
    }

    Future<JsonObject> ask(String method, JsonObject params, Duration limit) {
        return ask(method, params, Optional.empty(), limit);
    }

    /**
     * Asks likewise.
     *
     * @param heads is given the headers of the answer
     */
    Future<JsonObject> ask(
            String method, JsonObject params, Optional<String> routingName, Duration limit, Consumer<MultiMap> heads) {
        JsonValue id = nextId();
        Promise<JsonObject> promise = Promise.promise();
        Ongoing[] ongoing = {() -> {}};
        long timer = vertx.setTimer(Math.max(1, limit.toMillis()), late -> {
            ongoing[0].abandon();
            promise.tryFail(ServerException.because("the server did not answer in time"));
        });
        ongoing[0] = wire.send(request(id, method, params, routingName, Map.of(), JsonObject.empty()), new Receiver() {
            @Override
            public void head(MultiMap headers) {
                heads.accept(headers);
            }

            @Override
            public void message(Message message, byte[] bytes) {
                if (message instanceof Message.Result result && result.id().equals(id)) {
                    promise.tryComplete(result.result());
                } else if (message instanceof Message.Failure failure
                        && failure.id().equals(Optional.of(id))) {
                    promise.tryFail(ServerException.of(method, failure));
                } else if (message instanceof Message.Request request) {
                    refuse(request);
                }
            }

            @Override
            public void ended(Ending ending) {
                promise.tryFail(ServerException.of(ending));
            }
        });
        return promise.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    Future<Void> tell(String method, JsonObject params) {
        return wire.post(
                Message.notification(method, Protocol.withMeta(params, protocol.meta(JsonObject.empty()))),
                protocol.headers(method, Optional.empty()));
    }

    void answer(JsonObject message) {
        wire.post(message, protocol.headers());
    }

    /** A question that is nobody's. */
    void refuse(Message.Request request) {
        answer(
                request.method().equals("ping")
                        ? Message.result(request.id(), JsonObject.empty())
                        : Message.failure(request.id(), -32601, "Writ passes nothing of that on"));
    }

    @Override
    public String toString() {
        return "Session[" + protocol + "]";
    }
}
