package dev.writ.connect.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.Permit;
import dev.writ.connect.ToolResult;
import dev.writ.connect.http.RecordingServer.Answer;
import dev.writ.connect.http.RecordingServer.Request;
import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpConnectorTest {

    private final Vertx vertx = Vertx.vertx();
    private final RecordingServer server = new RecordingServer();
    private final HttpConnector connector = open();

    private static String document() {
        try (InputStream text = HttpConnectorTest.class.getResourceAsStream("billing.yaml")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private HttpConnector open() {
        HttpConnectorSettings settings = HttpConnectorSettings.of("billing", server.url("/api"), document())
                .plainHttpAllowed(true)
                .networks(Networks.publicAnd("127.0.0.0/8"))
                .credential(Credential.bearer("canary-4711-token"))
                .idempotentOperations(Set.of("createRefund"))
                .build();
        return HttpConnector.open(settings, vertx, InstantSource.system()).fold(Opening.Opened::connector, refused -> {
            throw new AssertionError(refused.problems().toString());
        });
    }

    @AfterEach
    void close() {
        connector.close();
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private ToolResult invoke(String tool, String arguments) {
        ToolDefinition definition = connector.tools().stream()
                .filter(candidate -> candidate.name().value().equals(tool))
                .findFirst()
                .orElseThrow();
        JsonObject object = (JsonObject) JsonValue.parse(arguments);
        Permit permit = new Permit(
                CallId.mint(Instant.now(), ThreadLocalRandom.current()),
                1,
                definition.name(),
                object,
                Digest.of(object),
                definition.digest(),
                "key-1",
                Instant.now().plusSeconds(20));
        return connector.invoke(permit).await().atMost(Duration.ofSeconds(30));
    }

    @Test
    void sendsWhatTheArgumentsSay() {
        server.answers(Answer.json(201, "{\"id\":\"r1\"}"));
        ToolResult result = invoke(
                "billing.create_refund",
                "{\"customer\":\"c 1\",\"dryRun\":true,\"X-Tenant\":\"eu\",\"amount\":18.10,\"charge\":\"ch/1\"}");
        Request request = server.onlyRequest();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/api/customers/c%201/refunds?dryRun=true");
        assertThat(request.body()).isEqualTo("{\"amount\":18.1,\"charge\":\"ch/1\"}");
        assertThat(request.header("Authorization")).containsExactly("Bearer canary-4711-token");
        assertThat(request.header("X-tenant")).containsExactly("eu");
        assertThat(request.header("Idempotency-key")).containsExactly("key-1");
        assertThat(request.header("User-agent")).containsExactly(UserAgent.VALUE);
        assertThat(UserAgent.VALUE).matches("writ/\\d.*");
        assertThat(result)
                .isInstanceOfSatisfying(
                        ToolResult.Succeeded.class,
                        succeeded -> assertThat(succeeded.value().toJson()).isEqualTo("{\"id\":\"r1\"}"));
    }
}
