package dev.writ.gateway.catalog;

import dev.writ.connect.Connector;
import dev.writ.connect.Dialogue;
import dev.writ.connect.Health;
import dev.writ.connect.Permit;
import dev.writ.connect.ResourceSource;
import dev.writ.connect.ToolResult;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;

/** Lets the calls under way end before its connector is closed, and starts none after that. */
final class RetiringConnector implements Connector, ResourceSource {

    private final Connector connector;
    private int underWay;
    private boolean retired;

    RetiringConnector(Connector connector) {
        this.connector = connector;
    }

    @Override
    public String name() {
        return connector.name();
    }

    @Override
    public List<ToolDefinition> tools() {
        return connector.tools();
    }

    @Override
    public Health health() {
        return connector.health();
    }

    @Override
    public Uni<ToolResult> invoke(Permit permit, Dialogue dialogue) {
        return Uni.createFrom()
                .deferred(() -> begin()
                        ? connector.invoke(permit, dialogue).onTermination().invoke(this::end)
                        : Uni.createFrom().item(replaced()))
                // Remembered, so that subscribing twice does not send twice.
                .memoize()
                .indefinitely();
    }

    @Override
    public Uni<JsonObject> resources() {
        return connector instanceof ResourceSource source
                ? source.resources()
                : Uni.createFrom().item(JsonObject.empty());
    }

    @Override
    public Uni<JsonObject> resourceTemplates() {
        return connector instanceof ResourceSource source
                ? source.resourceTemplates()
                : Uni.createFrom().item(JsonObject.empty());
    }

    @Override
    public Uni<Void> unsubscribe(String uri) {
        return connector instanceof ResourceSource source
                ? source.unsubscribe(uri)
                : Uni.createFrom().voidItem();
    }

    /** Closes the connector as soon as nothing is under way. */
    @Override
    public void close() {
        boolean idle;
        synchronized (this) {
            idle = !retired && underWay == 0;
            retired = true;
        }
        if (idle) {
            connector.close();
        }
    }

    /** The connector itself, if it is one of those: for questions that carry nothing out. */
    <T extends Connector> Optional<T> as(Class<T> kind) {
        return Optional.of(connector).filter(kind::isInstance).map(kind::cast);
    }

    private synchronized boolean begin() {
        if (retired) {
            return false;
        }
        underWay++;
        return true;
    }

    private void end() {
        boolean last;
        synchronized (this) {
            underWay--;
            last = retired && underWay == 0;
        }
        if (last) {
            connector.close();
        }
    }

    private static ToolResult replaced() {
        return new ToolResult.Failed(
                "the connector was replaced after the decision; nothing was sent, submit the call again",
                Optional.empty(),
                ToolResult.Traffic.NONE);
    }
}
