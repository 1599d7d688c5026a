package dev.writ.gateway.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.GatewayProcess;
import dev.writ.gateway.Ports;
import dev.writ.gateway.Upstream;
import dev.writ.gateway.webhook.Receiver;
import io.restassured.path.json.JsonPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notifications across processes. */
class NotificationIT {

    private static final String[] OPTIONS = {
        "-Dwrit.console.url=https://writ.example.com", "-Dwrit.notifications.retry-after=500ms"
    };
    private static final Duration SOON = Duration.ofSeconds(90);

    @Test
    void whatCouldNotBeSentIsSentAfterTheNextStart(@TempDir Path home) {
        int port = Ports.free();
        String call;
        try (Upstream upstream = Upstream.start()) {
            GatewayProcess first = GatewayProcess.start(home, OPTIONS);
            Fixture fixture = Fixture.of(first.url(), home);
            fixture.register(upstream);
            fixture.activate(Fixture.RULES);
            fixture.operator
                    .post(
                            "/v1/notifications",
                            Map.of(
                                    "kind",
                                    "webhook",
                                    "target",
                                    "http://127.0.0.1:" + port + "/",
                                    "events",
                                    List.of("opened"),
                                    "allowPrivateAddresses",
                                    true))
                    .then()
                    .statusCode(201);
            Client agent = fixture.agent();
            call = agent.call("bank.pay", Map.of("to", "acme", "amount", 150))
                    .then()
                    .statusCode(202)
                    .extract()
                    .path("id");
            first.kill();
        }

        try (Receiver receiver = Receiver.start(port);
                GatewayProcess second = GatewayProcess.start(home, OPTIONS)) {
            await().atMost(SOON).until(() -> !receiver.deliveries().isEmpty());
            assertThat(JsonPath.from(receiver.deliveries().get(0).body()).<String>get("data.callId"))
                    .isEqualTo(call);
            assertThat(second.output()).doesNotContain("127.0.0.1:" + port);
        }
    }

    @Test
    void mailThatIsNotConfiguredIsRefusedAtRegistration(@TempDir Path home) {
        try (GatewayProcess gateway = GatewayProcess.start(home, OPTIONS)) {
            Fixture fixture = Fixture.of(gateway.url(), home);
            assertThat(fixture.operator
                            .post("/v1/notifications", Map.of("kind", "email", "target", "finance@example.com"))
                            .then()
                            .statusCode(422)
                            .extract()
                            .<String>path("detail"))
                    .contains("quarkus.mailer.from", "Nothing was changed.");
        }
    }

    @Test
    void nothingIsRegisteredWithoutAnAddressOfTheConsole(@TempDir Path home) {
        try (GatewayProcess gateway = GatewayProcess.start(home)) {
            Fixture fixture = Fixture.of(gateway.url(), home);
            assertThat(fixture.operator
                            .post("/v1/notifications", Map.of("kind", "slack", "target", "https://hooks.example.com/"))
                            .then()
                            .statusCode(422)
                            .extract()
                            .<String>path("detail"))
                    .contains("writ.console.url");
        }
    }
}
