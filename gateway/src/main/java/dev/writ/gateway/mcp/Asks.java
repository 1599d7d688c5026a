package dev.writ.gateway.mcp;

import dev.writ.connect.UnansweredException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Questions to clients of 2025, asked on the stream of the call that raises them. The answer has to reach this process; ids cannot be
 * guessed, so that at another replica, or from another principal, an answer is to nothing.
 */
@ApplicationScoped
class Asks {

    private final McpConfig config;
    private final SecureRandom random;
    private final Map<String, Asking> open = new ConcurrentHashMap<>();

    Asks(McpConfig config, SecureRandom random) {
        this.config = config;
        this.random = random;
    }

    private record Asking(String principal, CompletableFuture<JsonObject> answer) {}

    Uni<JsonValue> ask(Reply reply, String principal, String method, JsonObject params) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        String id = "writ-" + HexFormat.of().formatHex(bytes);
        Asking asking = new Asking(principal, new CompletableFuture<>());
        open.put(id, asking);
        Runnable left = () ->
                asking.answer().completeExceptionally(new UnansweredException("the client left before it answered"));
        reply.onLeave(left);
        boolean isAsked = reply.tell(JsonObject.builder()
                .put("jsonrpc", "2.0")
                .put("id", id)
                .put("method", method)
                .put("params", params)
                .build());
        if (!isAsked) {
            asking.answer().completeExceptionally(new UnansweredException("the client does not keep up"));
        }
        Duration limit = config.answerTimeout();
        return Uni.createFrom()
                .completionStage(asking.answer())
                .ifNoItem()
                .after(limit)
                .failWith(() -> new UnansweredException("the client did not answer in time"))
                .chain(Asks::result)
                .onTermination()
                .invoke(() -> open.remove(id));
    }

    private static Uni<JsonValue> result(JsonObject answer) {
        return answer.get("result")
                .map(Uni.createFrom()::item)
                .orElseGet(() ->
                        Uni.createFrom().failure(new UnansweredException("the client answered that it will not say")));
    }

    /** Takes an answer; nothing happens if nobody waits for it. */
    void answered(String principal, JsonValue id, JsonObject answer) {
        if (id instanceof JsonString text) {
            Asking asking = open.get(text.value());
            if (asking != null && asking.principal().equals(principal)) {
                asking.answer().complete(answer);
            }
        }
    }
}
