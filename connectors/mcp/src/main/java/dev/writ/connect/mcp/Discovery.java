package dev.writ.connect.mcp;

import dev.writ.connect.net.HostResolver;
import dev.writ.connect.net.Redaction;
import dev.writ.connect.net.SystemResolver;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;

/** Asks a server once what it offers, so that an operator can look at it and have it pinned. */
public final class Discovery {

    private static final int LAST_WORDS = 3;
    private static final long LAST_WORDS_MILLIS = 200;

    private Discovery() {}

    /**
     * Connects, reads all of it, and goes.
     *
     * @return fails with a message that says why, for the operator who named the server: it holds nothing that the server wrote, but of a
     *     program the last lines of its standard error, without its secrets
     */
    public static Uni<McpListing> discover(McpConnectorSettings settings, Vertx vertx) {
        return discover(settings, vertx, new SystemResolver(vertx));
    }

    static Uni<McpListing> discover(McpConnectorSettings settings, Vertx vertx, HostResolver resolver) {
        Context context = McpConnector.eventLoop(vertx);
        return Uni.createFrom()
                .emitter(emitter -> context.runOnContext(start -> {
                    Wires wires = McpConnector.wires(settings, vertx, context, resolver, InstantSource.system());
                    Wire wire = wires.open(stray -> {}, lost -> {});
                    new Handshake(settings, wire, vertx)
                            .shake()
                            .compose(session ->
                                    new Lists(settings, session).all().onComplete(done -> wires.goodbye(session)))
                            .onComplete(done -> {
                                wire.close();
                                vertx.setTimer(1000, later -> wires.close());
                            })
                            .onSuccess(listing -> emitter.complete(McpListing.fromJson(
                                    (JsonObject) wires.redaction().scrub(listing.toJson()))))
                            .onFailure(cause -> vertx.setTimer(
                                    LAST_WORDS_MILLIS,
                                    later -> emitter.fail(
                                            withLastWords(cause, wires.diagnostics(), wires.redaction()))));
                }));
    }

    /** Why a program ended, only the program knows. */
    private static Throwable withLastWords(Throwable cause, List<String> wrote, Redaction redaction) {
        if (wrote.isEmpty()) {
            return cause;
        }
        String last = wrote.subList(Math.max(0, wrote.size() - LAST_WORDS), wrote.size()).stream()
                .map(redaction::scrub)
                .collect(Collectors.joining(" | "));
        return ServerException.because(cause.getMessage() + "; the last it wrote to its standard error: " + last);
    }
}
