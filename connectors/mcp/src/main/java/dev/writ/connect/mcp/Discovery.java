package dev.writ.connect.mcp;

import dev.writ.connect.net.HostResolver;
import dev.writ.connect.net.Redaction;
import dev.writ.connect.net.SystemResolver;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/** Asks a server once what it offers, so that an operator can look at it and have it pinned. */
public final class Discovery {

    private Discovery() {}

    /**
     * Connects, reads all of it, and goes.
     *
     * @return fails with a message that says why and holds nothing that the server wrote
     */
    public static Uni<McpListing> discover(McpConnectorSettings settings, Vertx vertx) {
        return discover(settings, vertx, new SystemResolver(vertx));
    }

    static Uni<McpListing> discover(McpConnectorSettings settings, Vertx vertx, HostResolver resolver) {
        Context context = McpConnector.eventLoop(vertx);
        return Uni.createFrom()
                .emitter(emitter -> context.runOnContext(start -> {
                    Wires wires = McpConnector.wires(settings, vertx, context, resolver);
                    Redaction redaction = Redaction.of(settings.endpoint().secrets());
                    Wire wire = wires.open(stray -> {}, lost -> {});
                    new Handshake(settings, wire, vertx)
                            .shake()
                            .compose(session ->
                                    new Lists(settings, session).all().onComplete(done -> wires.goodbye(session)))
                            .onComplete(done -> {
                                wire.close();
                                vertx.setTimer(1000, later -> wires.close());
                            })
                            .onSuccess(listing -> emitter.complete(
                                    McpListing.fromJson((JsonObject) redaction.scrub(listing.toJson()))))
                            .onFailure(emitter::fail);
                }));
    }
}
