package dev.writ.connect.mcp;

import dev.writ.connect.net.HostResolver;
import dev.writ.connect.net.Redaction;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/** One pool of connections for all sessions. */
final class HttpWires implements Wires {

    private final HttpWire wire;

    HttpWires(
            McpConnectorSettings settings,
            Endpoint.Http endpoint,
            Vertx vertx,
            HostResolver resolver,
            InstantSource clock) {
        this.wire = new HttpWire(settings, endpoint, vertx, resolver, clock);
    }

    @Override
    public Wire open(Consumer<Message> stray, Consumer<Wire> lost) {
        return wire;
    }

    @Override
    public void goodbye(Session session) {
        if (session.protocol().headers().containsKey(Protocol.SESSION)) {
            wire.endSession(session.protocol().headers());
        }
    }

    @Override
    public Redaction redaction() {
        return wire.redaction();
    }

    @Override
    public List<String> diagnostics() {
        return List.of();
    }

    @Override
    public void close() {
        wire.shutdown();
    }
}
