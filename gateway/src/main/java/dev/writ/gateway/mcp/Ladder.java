package dev.writ.gateway.mcp;

import dev.writ.gateway.call.CallState;
import dev.writ.gateway.call.ToolCalls;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a client is answered whose call waits for people: a task if it takes tasks; otherwise its request is held for a while, and then it is
 * told how to ask again. All of it is read from the log, so that any replica may be asked.
 */
@ApplicationScoped
class Ladder {

    private static final Duration STEP = Duration.ofSeconds(5);

    private final ToolCalls calls;
    private final Tasks tasks;
    private final EventIds events;
    private final McpConfig config;
    private final Vertx vertx;

    Ladder(ToolCalls calls, Tasks tasks, EventIds events, McpConfig config, Vertx vertx) {
        this.calls = calls;
        this.tasks = tasks;
        this.events = events;
        this.config = config;
        this.vertx = vertx;
    }

    Uni<JsonObject> answer(Visit visit, CallState state, boolean isMcp) {
        if (!state.isOpen()) {
            return result(visit, state, isMcp);
        }
        return visit.asked().takesTasks()
                ? Uni.createFrom().item(tasks.created(state, visit.principal()))
                : hold(visit, state).chain(then -> result(visit, then, isMcp));
    }

    /** Where the call stands when it has ended, or the client has waited long enough. */
    Uni<CallState> held(Visit visit, CallState state) {
        return state.isOpen() ? hold(visit, state) : Uni.createFrom().item(state);
    }

    private Uni<CallState> hold(Visit visit, CallState state) {
        if (config.hold().isZero()) {
            return Uni.createFrom().item(state);
        }
        AtomicInteger step = new AtomicInteger();
        events.prime(visit, state.call());
        visit.reply().open();
        long timer = vertx.setPeriodic(
                STEP.toMillis(), tick -> progress(visit, step.incrementAndGet() * STEP.toSeconds(), state));
        progress(visit, 0, state);
        return visit.there(() -> calls.find(state.call().toString(), config.hold()))
                .onTermination()
                .invoke(() -> vertx.cancelTimer(timer));
    }

    private static void progress(Visit visit, long seconds, CallState state) {
        visit.asked()
                .progressToken()
                .ifPresent(token -> visit.reply()
                        .tell(Conversation.notification(
                                "notifications/progress",
                                JsonObject.builder()
                                        .put("progressToken", token)
                                        .put("progress", JsonNumber.of(seconds))
                                        .put("message", "Call " + state.call() + " waits for approval.")
                                        .build())));
    }

    private Uni<JsonObject> result(Visit visit, CallState state, boolean isMcp) {
        Revision revision = visit.asked().revision();
        return calls.hint(state).map(hint -> CallResults.of(state, isMcp, revision, hint));
    }
}
