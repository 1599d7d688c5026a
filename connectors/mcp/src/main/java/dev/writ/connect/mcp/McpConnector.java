package dev.writ.connect.mcp;

import dev.writ.connect.Connector;
import dev.writ.connect.Dialogue;
import dev.writ.connect.Health;
import dev.writ.connect.Permit;
import dev.writ.connect.PermitToken;
import dev.writ.connect.ResourceSource;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.Traffic;
import dev.writ.connect.mcp.PinnedCatalog.Offered;
import dev.writ.connect.net.HostResolver;
import dev.writ.connect.net.SystemResolver;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Calls the tools of an MCP server as they were pinned: each is a tool called {@code <connector>.<its name in snake case>}. Prompts,
 * resources and completions are tools too, below {@code <connector>.mcp.}, so that they pass the same decisions.
 *
 * <p><b>Pinning.</b> The tools are those of the pinned listing, and nothing is sent when it is opened. Before each call what the
 * server offers now is compared with it, at most {@linkplain McpConnectorSettings#freshness as old as allowed}; a tool that is
 * described differently is not called, and the {@link Listener} hears of it.
 *
 * <p><b>Permit.</b> Unless the operator switched it off, each request that carries out a call has a {@link PermitToken} in
 * {@code _meta}, under {@code dev.writ/permit}: for the origin of the server's URL, or for {@code stdio:} and the connector's name.
 *
 * <p><b>Results.</b> Answers are passed on member for member. {@code isError}, a JSON-RPC error, or a result that is not what the tool
 * declares is a failure; an answer that does not come, is too long or no JSON-RPC leaves the outcome unknown. A number that does not
 * survive double precision becomes a string of its digits. No call is sent again, unless the server said that it did nothing because it
 * has forgotten the session.
 */
public final class McpConnector implements Connector, ResourceSource {

    private final McpConnectorSettings settings;
    private final PinnedCatalog catalog;
    private final InstantSource clock;
    private final Vertx vertx;
    private final Context context;
    private final Server server;
    private final ResultReader results;
    private final Semaphore slots;
    private final Set<CallRun> runs = ConcurrentHashMap.newKeySet();

    private McpConnector(
            McpConnectorSettings settings,
            PinnedCatalog catalog,
            InstantSource clock,
            Vertx vertx,
            Context context,
            Server server,
            ResultReader results) {
        this.settings = settings;
        this.catalog = catalog;
        this.clock = clock;
        this.vertx = vertx;
        this.context = context;
        this.server = server;
        this.results = results;
        this.slots = new Semaphore(settings.maxConcurrent());
    }

    /** One of its own: whoever opens the connector may be on a context that blocks, or that belongs to one request. */
    static Context eventLoop(Vertx vertx) {
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    /**
     * Opens a connector for that server. Nothing is sent.
     *
     * @param pinned what an operator has approved
     * @param vertx runs the connections; stays open when the connector closes
     */
    public static Opening open(
            McpConnectorSettings settings,
            McpListing pinned,
            ResultSchemas schemas,
            Listener listener,
            Vertx vertx,
            InstantSource clock) {
        return open(settings, pinned, schemas, listener, vertx, clock, new SystemResolver(vertx));
    }

    static Opening open(
            McpConnectorSettings settings,
            McpListing pinned,
            ResultSchemas schemas,
            Listener listener,
            Vertx vertx,
            InstantSource clock,
            HostResolver resolver) {
        PinnedCatalog catalog = PinnedCatalog.read(settings, pinned, schemas);
        if (catalog.entries().isEmpty()) {
            resolver.close();
            return new Opening.Refused(catalog.skipped());
        }
        Context context = eventLoop(vertx);
        Wires wires = wires(settings, vertx, context, resolver, clock);
        Server server = new Server(settings, pinned, vertx, clock, ThreadLocalRandom.current(), listener, wires);
        ResultReader results = new ResultReader(wires::redaction);
        return new Opening.Opened(
                new McpConnector(settings, catalog, clock, vertx, context, server, results), catalog.skipped());
    }

    static Wires wires(
            McpConnectorSettings settings, Vertx vertx, Context context, HostResolver resolver, InstantSource clock) {
        return settings.endpoint().fold(http -> new HttpWires(settings, http, vertx, resolver, clock), command -> {
            resolver.close();
            return new StdioWires(settings, command, context);
        });
    }

    /**
     * The tools that a connector with those settings would have, for whoever only wants to know them. Nothing is opened.
     *
     * @param skipped is added to
     */
    public static List<ToolDefinition> describe(
            McpConnectorSettings settings, McpListing pinned, ResultSchemas schemas, List<Skipped> skipped) {
        PinnedCatalog catalog = PinnedCatalog.read(settings, pinned, schemas);
        skipped.addAll(catalog.skipped());
        return catalog.definitions();
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public List<ToolDefinition> tools() {
        return catalog.definitions();
    }

    @Override
    public Uni<ToolResult> invoke(Permit permit, Dialogue dialogue) {
        // Remembered, so that subscribing twice does not send twice.
        return Uni.createFrom()
                .deferred(() -> carryOut(permit, dialogue))
                .memoize()
                .indefinitely();
    }

    private Uni<ToolResult> carryOut(Permit permit, Dialogue dialogue) {
        Optional<Offered> entry = catalog.find(permit.tool());
        if (entry.isEmpty()) {
            return notSent("there is no such tool");
        }
        Optional<String> refusal = permit.refusal(entry.get().definition(), clock.instant());
        if (refusal.isPresent()) {
            return notSent(refusal.get());
        }
        if (!slots.tryAcquire()) {
            return notSent("the tool is busy with " + settings.maxConcurrent() + " calls, try again later");
        }
        Duration left = Duration.between(clock.instant(), permit.deadline());
        Duration limit = left.compareTo(settings.timeout()) < 0 ? left : settings.timeout();
        return Uni.createFrom()
                .emitter(emitter -> context.runOnContext(start -> {
                    CallRun[] run = new CallRun[1];
                    run[0] = new CallRun(
                            server,
                            vertx,
                            settings.relay(),
                            entry.get(),
                            permit,
                            dialogue,
                            this::token,
                            results,
                            result -> {
                                runs.remove(run[0]);
                                slots.release();
                                emitter.complete(result);
                            });
                    runs.add(run[0]);
                    run[0].run(limit);
                }));
    }

    private Optional<String> token(Permit permit) {
        return settings.permit().flatMap(subject -> permit.token().mint(settings.audience(), subject));
    }

    private static Uni<ToolResult> notSent(String reason) {
        return Uni.createFrom().item(new Failed(reason + "; nothing was sent", Optional.empty(), Traffic.NONE));
    }

    /** What the server offers now, compared with what is pinned. Fails if it cannot be reached; the message says why. */
    public Uni<McpListing> refresh() {
        return onContext(() -> server.current().map(LiveDefinitions::listing));
    }

    /** Its resources now, member for member: {@code {"resources": [...]}}. Fails if it cannot be reached. */
    @Override
    public Uni<JsonObject> resources() {
        return onContext(() -> server.resources().map(list -> list("resources", list)));
    }

    /** Its resource templates now: {@code {"resourceTemplates": [...]}}. Fails if it cannot be reached. */
    @Override
    public Uni<JsonObject> resourceTemplates() {
        return onContext(() -> server.resourceTemplates().map(list -> list("resourceTemplates", list)));
    }

    /** Follows a resource no longer. */
    @Override
    public Uni<Void> unsubscribe(String uri) {
        return onContext(() -> server.unsubscribe(uri));
    }

    /** What a program wrote to its standard error of late, a line each, for operators; never logged, since it may hold anything. */
    public Uni<List<String>> diagnostics() {
        return onContext(() -> Future.succeededFuture(
                server.diagnostics().stream().map(results::scrub).toList()));
    }

    private JsonObject list(String member, List<JsonObject> items) {
        return (JsonObject) results.scrub(JsonObject.builder()
                .put(member, new JsonArray(List.copyOf(items)))
                .build());
    }

    private <T> Uni<T> onContext(Supplier<Future<T>> work) {
        return Uni.createFrom()
                .emitter(emitter -> context.runOnContext(
                        start -> work.get().onSuccess(emitter::complete).onFailure(emitter::fail)));
    }

    @Override
    public Health health() {
        return server.health();
    }

    @Override
    public void close() {
        context.runOnContext(start -> {
            runs.forEach(run -> run.giveUp("the connector was closed"));
            server.close();
        });
    }

    @Override
    public String toString() {
        return "McpConnector[" + settings.name() + "]";
    }
}
