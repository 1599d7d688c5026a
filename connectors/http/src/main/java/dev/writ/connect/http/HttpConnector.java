package dev.writ.connect.http;

import dev.writ.connect.Connector;
import dev.writ.connect.Dialogue;
import dev.writ.connect.Health;
import dev.writ.connect.Permit;
import dev.writ.connect.PermitToken;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.Traffic;
import dev.writ.connect.net.HostResolver;
import dev.writ.connect.net.Networks;
import dev.writ.connect.net.SystemResolver;
import dev.writ.model.ToolDefinition;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Calls an HTTP service that an OpenAPI document describes, or a JSON-RPC service that an OpenRPC document does: each operation is a tool
 * called {@code <connector>.<operation id in snake case>}, and so is each method, with underscores for its slashes.
 *
 * <p><b>Arguments.</b> Path, query and header parameters and the members of a JSON body are the tool's arguments, side by side.
 * A body that is no plain object, or has a member called like a parameter, is the one argument {@code body}. Every object that
 * declares properties is closed. The parameters of a JSON-RPC method are the tool's arguments.
 *
 * <p><b>Address.</b> Requests go below the base URL and nowhere else, JSON-RPC to the base URL itself; redirects are not followed. The host is resolved once per
 * call, all its addresses must be allowed by {@link Networks}, and the connection is made to an address that was checked.
 *
 * <p><b>Permit.</b> Unless the operator switched it off, each request carries a {@link PermitToken} in {@code Writ-Permit}, for the
 * origin of the base URL.
 *
 * <p><b>Results.</b> 2xx succeeded; 3xx, 4xx and 5xx failed, with the answer; 502 and 504 leave the outcome unknown, since they
 * come from a server in between. An answer that is cut off, too long, compressed or no text leaves it unknown as well. A number
 * in an answer that does not survive double precision becomes a string of its digits. Of JSON-RPC, only a {@code result} with the id of the
 * request succeeded, and an {@code error} failed.
 *
 * <p><b>A service that fails.</b> While the {@link Breaker} is open nothing is sent. A request is repeated only if the operator declared
 * its operation idempotent, with the same idempotency key and within the deadline, and only after what the breaker counts as a failure.
 * If the outcome of one request is unknown, so is the call's, unless a later one succeeds.
 */
public final class HttpConnector implements Connector {

    private final HttpConnectorSettings settings;
    private final OperationCatalog catalog;
    private final InstantSource clock;
    private final Upstream upstream;
    private final Slots slots;
    private final ServiceGuard guard;

    private HttpConnector(
            HttpConnectorSettings settings, OperationCatalog catalog, InstantSource clock, Upstream upstream) {
        this.settings = settings;
        this.catalog = catalog;
        this.clock = clock;
        this.upstream = upstream;
        this.slots = new Slots(settings.maxConcurrent());
        this.guard = new ServiceGuard(settings.name(), settings.breaker(), settings.repeats(), clock);
    }

    /**
     * Opens a connector for that service. Nothing is sent.
     *
     * @param vertx runs the connections; stays open when the connector closes
     */
    public static Opening open(HttpConnectorSettings settings, Vertx vertx, InstantSource clock) {
        return open(settings, vertx, clock, new SystemResolver(vertx));
    }

    static Opening open(HttpConnectorSettings settings, Vertx vertx, InstantSource clock, HostResolver resolver) {
        List<DocumentProblem> problems = new ArrayList<>();
        Optional<OperationCatalog> read = OperationCatalog.read(settings, problems);
        return read.<Opening>map(catalog -> new Opening.Opened(
                        new HttpConnector(settings, catalog, clock, new Upstream(settings, vertx, clock, resolver)),
                        catalog.skipped()))
                .orElseGet(() -> new Opening.Refused(problems));
    }

    /**
     * The tools that a connector with those settings would have, for whoever only wants to know them. Nothing is opened.
     *
     * @param problems is added to if there are none
     */
    public static List<ToolDefinition> describe(HttpConnectorSettings settings, List<DocumentProblem> problems) {
        return OperationCatalog.read(settings, problems)
                .map(OperationCatalog::definitions)
                .orElse(List.of());
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
        return Uni.createFrom().deferred(() -> carryOut(permit)).memoize().indefinitely();
    }

    private Uni<ToolResult> carryOut(Permit permit) {
        Optional<Operation> operation = catalog.find(permit.tool());
        if (operation.isEmpty()) {
            return notSent("there is no such tool");
        }
        Optional<String> refusal = permit.refusal(operation.get().definition(), clock.instant());
        if (refusal.isPresent()) {
            return notSent(refusal.get());
        }
        try {
            OutboundRequest request = request(operation.get(), permit);
            Course course = new Course(operation.get().definition().idempotent(), permit.deadline(), clock);
            return slots.take()
                    .map(slot -> guard.run(() -> send(request, permit, slot), course)
                            .onTermination()
                            .invoke(slot::end))
                    .orElseGet(() ->
                            notSent("the tool is busy with " + settings.maxConcurrent() + " calls, try again later"));
        } catch (UnsendableException unsendable) {
            return notSent(unsendable.reason());
        }
    }

    /** Signs on whatever thread it is: that takes less than handing it to another would. */
    private Uni<Attempted> send(OutboundRequest request, Permit permit, Slots.Slot slot) {
        Optional<String> token;
        try {
            token = settings.permit()
                    .flatMap(subject -> permit.token().mint(PermitToken.audience(settings.baseUrl()), subject));
        } catch (RuntimeException broken) {
            return Uni.createFrom().item(Attempted.well(failed("Writ could not sign its permit")));
        }
        return upstream.send(request, token, Optional.of(permit.call()), permit.deadline(), slot);
    }

    private OutboundRequest request(Operation operation, Permit permit) throws UnsendableException {
        OutboundRequest request = operation
                .request(permit.arguments(), permit.call())
                .with("Writ-Call-Id", permit.call().toString());
        return operation.definition().idempotent()
                ? request.with(settings.idempotencyHeader(), permit.idempotencyKey())
                : request;
    }

    private static Uni<ToolResult> notSent(String reason) {
        return Uni.createFrom().item(failed(reason));
    }

    private static ToolResult failed(String reason) {
        return new Failed(reason + "; nothing was sent", Optional.empty(), Traffic.NONE);
    }

    @Override
    public Health health() {
        return guard.health();
    }

    @Override
    public void close() {
        upstream.close();
    }

    @Override
    public String toString() {
        return "HttpConnector[" + settings.name() + "]";
    }
}
