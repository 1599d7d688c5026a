package dev.writ.connect.testkit;

import dev.writ.connect.Connector;
import dev.writ.connect.Dialogue;
import dev.writ.connect.Permit;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.ToolResult.Traffic;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A connector without a service: it checks permits like every other, remembers those it acted on, and answers as it was told
 * to. It keeps {@link ConnectorContract} itself.
 */
public final class RecordingConnector implements Connector {

    private final String name;
    private final List<ToolDefinition> tools;
    private final InstantSource clock;
    private final List<Permit> permits = new CopyOnWriteArrayList<>();
    private volatile Function<Permit, Uni<ToolResult>> script =
            permit -> Uni.createFrom().item(succeeded(permit));
    private volatile boolean closed;

    public RecordingConnector(String name, List<ToolDefinition> tools, InstantSource clock) {
        this.name = name;
        this.tools = tools.stream()
                .sorted(Comparator.comparing(ToolDefinition::name))
                .toList();
        this.clock = clock;
    }

    /** Answers every further call with that. */
    public void answer(ToolResult result) {
        answer(permit -> Uni.createFrom().item(result));
    }

    /**
     * Answers every further call so. An answer that fails, or that does not come by the deadline, becomes
     * {@link OutcomeUnknown}.
     */
    public void answer(Function<Permit, Uni<ToolResult>> next) {
        script = next;
    }

    /** The permits it acted on, in order; none that it refused. */
    public List<Permit> permits() {
        return List.copyOf(permits);
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<ToolDefinition> tools() {
        return tools;
    }

    @Override
    public Uni<ToolResult> invoke(Permit permit, Dialogue dialogue) {
        return Uni.createFrom().deferred(() -> act(permit)).memoize().indefinitely();
    }

    private Uni<ToolResult> act(Permit permit) {
        Instant now = clock.instant();
        Optional<String> refusal = tools.stream()
                .filter(tool -> tool.name().equals(permit.tool()))
                .findFirst()
                .map(tool -> permit.refusal(tool, now))
                .orElse(Optional.of("there is no such tool"));
        if (refusal.isPresent() || closed) {
            return Uni.createFrom()
                    .item(new Failed(refusal.orElse("the connector is closed"), Optional.empty(), Traffic.NONE));
        }
        permits.add(permit);
        OutcomeUnknown unknown = new OutcomeUnknown("no answer came", sent(permit));
        return script.apply(permit)
                .ifNoItem()
                .after(Duration.between(now, permit.deadline()))
                .recoverWithItem(unknown)
                .onFailure()
                .recoverWithItem(unknown);
    }

    private static ToolResult succeeded(Permit permit) {
        return new Succeeded(JsonObject.empty(), sent(permit));
    }

    private static Traffic sent(Permit permit) {
        return new Traffic(Optional.of(Digest.of(permit.arguments())), Optional.empty(), Optional.empty());
    }

    @Override
    public void close() {
        closed = true;
    }
}
