package dev.writ.connect.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.writ.connect.Dialogue;
import dev.writ.connect.Permit;
import dev.writ.connect.ToolResult;
import dev.writ.connect.net.Credential;
import dev.writ.connect.net.Networks;
import dev.writ.connect.testkit.Permits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A connector to a server on this machine, called as the gateway would. */
final class OpenMcp implements AutoCloseable {

    static final String CREDENTIAL = "canary/4711+\"tok<en>\"";

    /** As the gateway has it. */
    static final ResultSchemas SCHEMAS = schema -> {
        Schema compiled = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(json(schema));
        return value -> compiled.validate(json(value)).isEmpty() ? Optional.empty() : Optional.of("it breaks a rule");
    };

    final McpConnector connector;
    final List<Difference> differences = new CopyOnWriteArrayList<>();
    final List<Kind> changed = new CopyOnWriteArrayList<>();
    final List<String> updated = new CopyOnWriteArrayList<>();
    private final Vertx vertx = Vertx.vertx();

    OpenMcp(McpConnectorSettings settings, McpListing pinned) {
        connector = McpConnector.open(settings, pinned, SCHEMAS, new Recording(), vertx, InstantSource.system())
                .fold(Opening.Opened::connector, refused -> {
                    throw new AssertionError(refused.problems().toString());
                });
    }

    /** To that server, with what it offers approved. */
    static OpenMcp to(TestServer server) {
        return to(server, settings -> settings);
    }

    static OpenMcp to(TestServer server, UnaryOperator<McpConnectorSettings.Builder> change) {
        return new OpenMcp(
                change.apply(McpConnectorSettings.of("files", http(server.url())))
                        .build(),
                server.listing());
    }

    static Endpoint.Http http(URI url) {
        return new Endpoint.Http(
                url,
                true,
                Credential.header("X-Api-Key", CREDENTIAL),
                Networks.publicAnd("127.0.0.0/8"),
                Optional.empty());
    }

    private static JsonNode json(JsonValue value) {
        try {
            return new ObjectMapper().readTree(value.toJson());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private final class Recording implements Listener {
        @Override
        public void differs(Difference difference) {
            differences.add(difference);
        }

        @Override
        public void listChanged(Kind kind) {
            changed.add(kind);
        }

        @Override
        public void resourceUpdated(String uri) {
            updated.add(uri);
        }
    }

    ToolDefinition tool(String name) {
        return connector.tools().stream()
                .filter(candidate -> candidate.name().value().equals(connector.name() + "." + name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no tool " + name));
    }

    ToolResult call(String tool, String arguments) {
        return call(tool, arguments, Duration.ofSeconds(20), Dialogue.NONE);
    }

    ToolResult call(String tool, String arguments, Duration untilDeadline, Dialogue dialogue) {
        return connector
                .invoke(permit(tool, arguments, untilDeadline), dialogue)
                .await()
                .atMost(Duration.ofSeconds(30));
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
