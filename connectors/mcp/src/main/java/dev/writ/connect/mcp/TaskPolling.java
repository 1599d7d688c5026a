package dev.writ.connect.mcp;

import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Waits for what a server goes on with as a task.
 *
 * @see <a href="https://modelcontextprotocol.io/extensions/tasks/overview">MCP extension io.modelcontextprotocol/tasks</a>
 */
final class TaskPolling {

    static final String EXTENSION = "io.modelcontextprotocol/tasks";

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long SHORTEST = 100;
    private static final long LONGEST = 5000;
    private static final long USUAL = 1000;

    private final Session session;
    private final Vertx vertx;
    private final BooleanSupplier over;

    /**
     * In that session.
     *
     * @param over nobody waits any more
     */
    TaskPolling(Session session, Vertx vertx, BooleanSupplier over) {
        this.session = session;
        this.vertx = vertx;
        this.over = over;
    }

    /** What became of it; fails if nobody can tell. */
    Future<Message> follow(JsonObject task) {
        Optional<String> id = task.text("taskId");
        Promise<Message> promise = Promise.promise();
        if (id.isEmpty()) {
            promise.fail(ServerException.because("it did not say which"));
        } else {
            look(id.get(), task, promise);
        }
        return promise.future();
    }

    private void look(String id, JsonObject task, Promise<Message> promise) {
        switch (task.text("status").orElse("")) {
            case "completed" ->
                promise.complete(new Message.Result(
                        JsonNumber.of(0), task.object("result").orElse(JsonObject.empty())));
            case "failed" ->
                promise.complete(new Message.Failure(
                        Optional.empty(), task.object("error").orElse(JsonObject.empty())));
            case "cancelled" -> promise.fail(ServerException.because("the server cancelled it"));
            case "working" -> vertx.setTimer(pause(task), later -> ask(id, promise));
            default -> {
                cancel(id);
                promise.fail(ServerException.because(
                        "it asked for input, which Writ does not pass on in the middle of a task"));
            }
        }
    }

    private void ask(String id, Promise<Message> promise) {
        if (over.getAsBoolean()) {
            cancel(id);
            promise.fail(ServerException.because("nobody waited for it any more"));
            return;
        }
        session.ask("tasks/get", params(id), Optional.of(id), LIMIT)
                .onSuccess(task -> look(id, task, promise))
                .onFailure(promise::fail);
    }

    private void cancel(String id) {
        session.ask("tasks/cancel", params(id), Optional.of(id), LIMIT);
    }

    private static JsonObject params(String id) {
        return JsonObject.builder().put("taskId", id).build();
    }

    private static long pause(JsonObject task) {
        long wanted = task.number("pollIntervalMs").map(BigDecimal::longValue).orElse(USUAL);
        return Math.max(SHORTEST, Math.min(LONGEST, wanted));
    }
}
