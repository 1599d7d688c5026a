package dev.writ.connect.mcp;

import dev.writ.connect.net.Redaction;
import io.vertx.core.Context;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A new program for each session. */
final class StdioWires implements Wires {

    private final McpConnectorSettings settings;
    private final Endpoint.Command command;
    private final Context context;
    private final Redaction redaction;
    private Optional<StdioWire> current = Optional.empty();

    StdioWires(McpConnectorSettings settings, Endpoint.Command command, Context context) {
        this.settings = settings;
        this.command = command;
        this.context = context;
        this.redaction = Redaction.of(command.secrets());
    }

    @Override
    public Wire open(Consumer<Message> stray, Consumer<Wire> lost) {
        current.ifPresent(StdioWire::close);
        StdioWire wire = new StdioWire(settings, context, stray, lost);
        current = Optional.of(wire);
        wire.start(command);
        return wire;
    }

    @Override
    public void goodbye(Session session) {
        session.wire().close();
    }

    @Override
    public Redaction redaction() {
        return redaction;
    }

    @Override
    public void close() {
        current.ifPresent(StdioWire::close);
    }

    @Override
    public List<String> diagnostics() {
        return current.map(StdioWire::errors).orElseGet(List::of);
    }
}
