package dev.writ.gateway.identity;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.audit.KeyFile;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.WritTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** One caller cannot take the gateway from the others. */
@WritTest
@TestProfile(AdmissionTest.Tight.class)
class AdmissionTest {

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

    private static final Duration PATIENCE = Duration.ofSeconds(60);

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
