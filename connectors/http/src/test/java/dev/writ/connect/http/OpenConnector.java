package dev.writ.connect.http;

import dev.writ.connect.Permit;
import dev.writ.connect.PermitToken;
import dev.writ.connect.ToolResult;
import dev.writ.connect.net.Credential;
import dev.writ.connect.net.HostResolver;
import dev.writ.connect.net.Networks;
import dev.writ.connect.net.SystemResolver;
import dev.writ.connect.testkit.Permits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A connector to a service on this machine, called as the gateway would. */
final class OpenConnector implements AutoCloseable {

    static final String CREDENTIAL = "canary/4711+\"tok<en>\"";

    final HttpConnector connector;
    private final Vertx vertx = Vertx.vertx();

    /** To the billing document, with loopback addresses allowed. */
    OpenConnector(URI baseUrl, UnaryOperator<HttpConnectorSettings.Builder> change) {
        this(baseUrl, change, SystemResolver::new);
    }

    /** To the service that the OpenRPC document describes. */
    static OpenConnector ofRpc(URI baseUrl, UnaryOperator<HttpConnectorSettings.Builder> change) {
        return new OpenConnector(baseUrl, "billing-rpc.yaml", change, SystemResolver::new);
    }

    OpenConnector(
            URI baseUrl, UnaryOperator<HttpConnectorSettings.Builder> change, Function<Vertx, HostResolver> resolver) {
        this(baseUrl, "billing.yaml", change, resolver);
    }

    private OpenConnector(
            URI baseUrl,
            String document,
            UnaryOperator<HttpConnectorSettings.Builder> change,
            Function<Vertx, HostResolver> resolver) {
        HttpConnectorSettings settings = change.apply(
                        HttpConnectorSettings.of("billing", baseUrl, Documents.resource(document))
                                .plainHttpAllowed(true)
                                .networks(Networks.publicAnd("127.0.0.0/8"))
                                .credential(Credential.header("X-Api-Key", CREDENTIAL)))
                .build();
        connector = HttpConnector.open(settings, vertx, InstantSource.system(), resolver.apply(vertx))
                .fold(Opening.Opened::connector, refused -> {
                    throw new AssertionError(refused.problems().toString());
                });
    }

    ToolDefinition tool(String name) {
        return connector.tools().stream()
                .filter(candidate -> candidate.name().value().equals("billing." + name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no tool " + name));
    }

    ToolResult call(String tool, String arguments) {
        return call(tool, arguments, Duration.ofSeconds(20));
    }

    ToolResult call(String tool, String arguments, Duration untilDeadline) {
        return call(permit(tool, arguments, untilDeadline));
    }

    ToolResult call(Permit permit) {
        return connector.invoke(permit).await().atMost(Duration.ofSeconds(30));
    }

    /** A permit that makes a token of what it is asked for. */
    static Permit with(PermitToken token, Permit permit) {
        return new Permit(
                permit.call(),
                permit.index(),
                permit.tool(),
                permit.arguments(),
                permit.argumentsDigest(),
                permit.definition(),
                permit.idempotencyKey(),
                permit.deadline(),
                token);
    }

    Permit permit(String tool, String arguments, Duration untilDeadline) {
        JsonObject parsed = (JsonObject) JsonValue.parse(arguments);
        return Permits.of(tool(tool), parsed, Instant.now().plus(untilDeadline));
    }

    @Override
    public void close() {
        connector.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
