package dev.writ.gateway.identity;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.audit.KeyFile;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemMapper;
import dev.writ.gateway.problem.ProblemType;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import io.vertx.core.net.SocketAddress;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** One caller cannot take the gateway from the others. */
@WritTest
@TestProfile(AdmissionTest.Tight.class)
class AdmissionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    public static final class Tight implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "writ.admission.rate", "1",
                    "writ.admission.burst", "20",
                    "writ.admission.concurrency", "2",
                    "writ.admission.stranger-rate", "1",
                    "writ.admission.stranger-burst", "5");
        }
    }

    /** The administrator of the gateway of this profile, made with its bootstrap key. */
    private static final class Shared {
        static final Client ROOT = root();

        private static Client root() {
            String port = ConfigProvider.getConfig().getValue("quarkus.http.test-port", String.class);
            String bootstrap =
                    KeyFile.at(Bank.home().resolve("bootstrap-key")).read().orElseThrow();
            return new Client("http://127.0.0.1:" + port, "bootstrap", bootstrap.strip())
                    .issue("root", List.of("admin"), List.of());
        }
    }

    @Inject
    Bearers bearers;

    private final Client root = Shared.ROOT;

    private static Socket unfinished(Client client) throws IOException {
        URI uri = URI.create(client.baseUrl());
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.getOutputStream()
                .write(("POST /v1/keys HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + client.key()
                                + "\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** What is answered, as often as it is asked, until it is refused. */
    private static long answered(Supplier<Response> asked, int status) {
        return Stream.generate(asked)
                .map(Response::statusCode)
                .takeWhile(answer -> answer == status)
                .count();
    }

    @Test
    void aPrincipalThatAsksTooOftenWaitsAndNobodyElseDoes() {
        Client hasty = root.issue("hasty", List.of("admin"), List.of());
        Client sameHolder = root.issue("hasty", List.of("admin"), List.of());
        Client calm = root.issue("calm", List.of("admin"), List.of());

        long began = System.nanoTime();
        long answered = answered(() -> hasty.get("/v1/keys?limit=1"), 200);
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        assertThat(answered).as("a burst of 20, and 1 each second").isBetween(20L, 21L + seconds);

        // As often as a second passes, one more is answered; of an allowance of its own it would have a burst.
        assertThat(answered(() -> sameHolder.get("/v1/keys?limit=1"), 200)).isLessThan(20);
        await().atMost(PATIENCE)
                .untilAsserted(() -> sameHolder
                        .get("/v1/keys?limit=1")
                        .then()
                        .statusCode(429)
                        .contentType("application/problem+json")
                        .header("Retry-After", equalTo("1"))
                        .body("type", equalTo("urn:writ:problem:too-many-requests")));
        calm.get("/v1/keys?limit=1").then().statusCode(200);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(hasty.get("/v1/keys?limit=1").statusCode()).isEqualTo(200));
    }

    @Test
    void aRequestCountsUntilItsConnectionIsGone() throws IOException {
        Client slow = root.issue("slow", List.of("admin"), List.of());
        try (Socket first = unfinished(slow);
                Socket second = unfinished(slow)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(slow.get("/v1/keys?limit=1").statusCode())
                            .isEqualTo(429));
            assertThat(first.isConnected() && second.isConnected()).isTrue();
        }
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(slow.get("/v1/keys?limit=1").statusCode()).isEqualTo(200));
    }

    @Test
    void whoHasALiveKeyAndAMalformedHeaderGuessesNothingHoweverTheRequestComes() {
        Client known = root.issue("known", List.of("auditor"), List.of());
        SocketAddress envoy = SocketAddress.inetSocketAddress(1, "192.0.2.7");
        for (int i = 0; i < 10; i++) {
            known.request()
                    .header(AgentHeaders.MODEL, "no model")
                    .get("/v1/tools")
                    .then()
                    .statusCode(400);
            assertThat(refusal(known.key(), "no model", envoy).type()).isEqualTo(ProblemType.MALFORMED);
        }

        String wrong = "writ_0000000000000000_" + "0".repeat(64);
        for (int i = 0; i < 5; i++) {
            Problem told = refusal(wrong, "m1", envoy);
            assertThat(told.type()).isEqualTo(ProblemType.UNAUTHENTICATED);
            assertThat(told.detail()).isEqualTo(ProblemMapper.unauthenticated().detail());
        }
        await().until(() -> refusal(wrong, "m1", envoy).type() == ProblemType.TOO_MANY_REQUESTS);
        assertThat(refusal(known.key(), "no model", envoy).type()).isEqualTo(ProblemType.MALFORMED);
    }

    /** What an Envoy is told of a request with that key and that model of an agent. */
    private Problem refusal(String key, String model, SocketAddress envoy) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("Authorization", "Bearer " + key)
                .add(AgentHeaders.MODEL, model);
        Throwable failure = bearers.as(
                        new Presented(headers, "GET", Optional.empty(), Optional.empty()),
                        envoy,
                        () -> Uni.createFrom().item("let in"))
                .map(letIn -> (Throwable) new AssertionError(letIn))
                .onFailure()
                .recoverWithItem(refused -> refused)
                .await()
                .atMost(Duration.ofSeconds(10));
        assertThat(failure).isInstanceOf(Problem.class);
        return (Problem) failure;
    }

    @Test
    void whoeverGuessesWaitsAndWhoeverHasAKeyOrWatchesTheHealthDoesNot() {
        Client guest = new Client(root.baseUrl(), "guest", "writ_0000000000000000_" + "0".repeat(64));

        long began = System.nanoTime();
        long refused = answered(() -> guest.get("/v1/keys"), 401);
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        assertThat(refused).as("a burst of 5, and 1 each second").isBetween(5L, 6L + seconds);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> guest.get("/v1/keys").then().statusCode(429).contentType("application/problem+json"));
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        given().baseUri(root.baseUrl()).get("/v1/keys").then().statusCode(429));
        root.issue("welcome", List.of("auditor"), List.of());
        given().baseUri(root.baseUrl()).get("/q/health/live").then().statusCode(200);
    }
}
