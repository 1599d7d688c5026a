package dev.writ.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.Ports;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.model.CallId;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From the entry that ends a call to the receiver. */
@WritTest
class DeliveriesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Inject
    Journal journal;

    @Inject
    Webhooks webhooks;

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();
    private final Receiver receiver = Receiver.start(0);

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    void tellsHowTheCallEnded() {
        register(receiver.url());

        String call = end("succeeded");

        Receiver.Delivery delivery = awaitDelivery(1);
        assertThat(delivery.method()).isEqualTo("POST");
        assertThat(delivery.target()).isEqualTo("/hooks/writ?to=me");
        assertThat(delivery.header("content-type")).isEqualTo("application/cloudevents+json");
        assertThat(JsonPath.from(delivery.body()).<Map<String, Object>>get("data"))
                .containsEntry("callId", call)
                .containsEntry("status", "succeeded")
                .containsKey("index")
                .hasSize(3);
        assertThat(delivery.body() + delivery.headers()).doesNotContain("canary");
        awaitNothingLeft();
    }

    @Test
    void signsAsStandardWebhooksSays() {
        String secret = register(receiver.url());

        end("succeeded");

        Receiver.Delivery delivery = awaitDelivery(1);
        assertThat(delivery.header("webhook-signature")).isEqualTo(signature(secret, delivery));
        assertThat(Instant.ofEpochSecond(Long.parseLong(delivery.header("webhook-timestamp"))))
                .isBetween(Instant.now().minusSeconds(120), Instant.now().plusSeconds(5));
    }

    @Test
    void signsWithTheNewSecretOnceItWasRotated() {
        register(receiver.url());
        String secret = register(receiver.url());

        end("succeeded");

        Receiver.Delivery delivery = awaitDelivery(1);
        assertThat(delivery.header("webhook-signature")).isEqualTo(signature(secret, delivery));
    }

    @Test
    void isTriedAgainUntilTheReceiverAcceptsIt() {
        receiver.answering(500);
        register(receiver.url());

        end("failed");

        Receiver.Delivery again = awaitDelivery(2);
        Receiver.Delivery first = receiver.deliveries().get(0);
        assertThat(again.header("webhook-id")).isEqualTo(first.header("webhook-id"));
        assertThat(again.body()).isEqualTo(first.body());
        awaitNothingLeft();
    }

    @Test
    void isTriedAgainAfterARefusedConnection() {
        int port = Ports.free();
        register("http://127.0.0.1:" + port + "/");
        end("unknown");
        awaitAttempt();

        try (Receiver later = Receiver.start(port)) {
            await().atMost(PATIENCE).until(() -> later.deliveries().size() == 1);
        }
    }

    @Test
    void followsNoRedirect() {
        receiver.answering(302);
        register(receiver.url());

        end("succeeded");

        awaitDelivery(1);
        awaitAttempt();
        assertThat(receiver.deliveries())
                .allSatisfy(delivery -> assertThat(delivery.target()).isEqualTo("/hooks/writ?to=me"));
    }

    @Test
    void aReceiverThatIsGoneIsRemoved() {
        receiver.answering(410);
        register(receiver.url());

        end("succeeded");

        await().atMost(PATIENCE).until(() -> fixture.operator.get(path()).statusCode() == 404);
        assertThat(fixture.entries("kind=WEBHOOK_REMOVED").get(0).column("agent"))
                .isEqualTo("writ");
        awaitNothingLeft();
    }

    @Test
    void nothingIsDeliveredOnceTheWebhookIsRemoved() {
        receiver.answering(500, 500, 500, 500);
        register(receiver.url());
        end("succeeded");
        awaitDelivery(1);

        fixture.operator.request().delete(path()).then().statusCode(204);

        int told = receiver.deliveries().size();

        awaitNothingLeft();
        assertThat(receiver.deliveries()).as("one may have been under way").hasSizeLessThanOrEqualTo(told + 1);
    }

    @Test
    void nothingIsDeliveredWithASecretThatNoEntryVouchesFor() {
        register(receiver.url());
        try (Superuser superuser = Superuser.connect()) {
            superuser.execute("UPDATE writ.webhook SET secret = (SELECT secret FROM writ.webhook LIMIT 1) || ' '"
                    + " WHERE agent = '" + agent.name() + "'");
        }

        end("succeeded");

        awaitAttempt();
        assertThat(receiver.deliveries()).isEmpty();
    }

    @Test
    void nothingIsSentToAnAddressThatIsNotAllowed() {
        // As if the name had led to a public address when the webhook was set.
        webhooks.set(Actor.WRIT, agent.name(), Target.parse("https://localhost:" + receiver.port() + "/", false))
                .await()
                .atMost(PATIENCE);

        end("succeeded");

        awaitAttempt();
        assertThat(receiver.deliveries()).isEmpty();
    }

    @Test
    void nothingIsEnqueuedForAnAgentWithoutWebhook() {
        assertThat(webhooks.ended(agent.name())).isEmpty();
    }

    private String path() {
        return "/v1/agents/" + agent.name() + "/webhook";
    }

    private String register(String url) {
        return fixture.operator
                .request()
                .body(Map.of("url", url, "allowPrivateAddresses", true))
                .put(path())
                .then()
                .statusCode(200)
                .extract()
                .path("secret");
    }

    /** Ends a call of the agent. */
    private String end(String outcome) {
        String call = CallId.mint(journal.now(), new SecureRandom()).toString();
        Entry entry = new Entry(
                "EXECUTED",
                journal.now(),
                List.of("executed/" + call),
                Set.of(),
                Map.of(Column.AGENT, agent.name(), Column.CALL, call, Column.TOOL, "bank.pay"),
                JsonObject.builder().put("decided", 0).put("outcome", outcome).build(),
                "agent/" + agent.name(),
                List.of(new Input("result", new JsonString("canary"), false)));
        journal.record(Actor.WRIT, entry, webhooks.ended(agent.name())).await().atMost(PATIENCE);
        return call;
    }

    private Receiver.Delivery awaitDelivery(int number) {
        await().atMost(PATIENCE).until(() -> receiver.deliveries().size() >= number);
        return receiver.deliveries().get(number - 1);
    }

    /** Waits until the agent's delivery has been tried, and put off. */
    private void awaitAttempt() {
        await().atMost(PATIENCE)
                .until(() ->
                        !tasks("AND last_success IS NOT NULL AND NOT picked").isEmpty());
    }

    private void awaitNothingLeft() {
        await().atMost(PATIENCE).until(() -> tasks("").isEmpty());
    }

    private List<String> tasks(String condition) {
        try (Superuser superuser = Superuser.connect()) {
            return superuser.query("SELECT task_instance FROM writ.scheduled_task t JOIN audit.entry e"
                    + " ON e.idx = t.task_instance::bigint WHERE task_name = 'deliver-webhook' AND e.agent = '"
                    + agent.name() + "' " + condition);
        }
    }

    /** Computed as the specification says, apart from the code under test. */
    private static String signature(String secret, Receiver.Delivery delivery) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
            String signed = String.join(
                    ".", delivery.header("webhook-id"), delivery.header("webhook-timestamp"), delivery.body());
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
