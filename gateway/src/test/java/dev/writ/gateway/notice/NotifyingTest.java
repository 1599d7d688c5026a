package dev.writ.gateway.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.MailServer;
import dev.writ.gateway.Ports;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.webhook.Receiver;
import io.restassured.path.json.JsonPath;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the entry of an escalation to the people who are told of it. */
@WritTest
class NotifyingTest {

    private static final String PATH = "/v1/notifications";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String ARGUMENT = "canary-argument-7d2b";
    private static final Map<String, ?> LARGE = Map.of("to", "acme", "amount", 150, "note", ARGUMENT);

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent("canary-person@example.com");
    private final Client fay = fixture.approver("fay", "finance");
    private final Receiver receiver = Receiver.start(0);
    private final List<String> channels = new ArrayList<>();

    @BeforeEach
    void activate() {
        fixture.activate(Fixture.RULES);
    }

    @AfterEach
    void putThingsBack() {
        channels.forEach(id -> fixture.operator.request().delete(PATH + "/" + id));
        receiver.close();
        fixture.activate(Fixture.RULES);
    }

    /** Adds a channel for what is asked of finance; answers its secret, if it has one. */
    private String tell(String kind, String target, String... events) {
        Map<String, Object> asked = new HashMap<>(
                Map.of("kind", kind, "target", target, "groups", List.of("finance"), "allowPrivateAddresses", true));
        if (events.length > 0) {
            asked.put("events", List.of(events));
        }
        JsonPath made = fixture.operator
                .post(PATH, asked)
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
        channels.add(made.get("id"));
        return made.get("secret");
    }

    private String escalated() {
        return agent.call(
                        "bank.pay", LARGE, Map.of("onBehalfOf", "canary-person@example.com", "key", UUID.randomUUID()))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    private void awaitIt(Callable<Boolean> holds) {
        await().atMost(PATIENCE).until(holds);
    }

    private Receiver.Delivery delivery(int number) {
        awaitIt(() -> receiver.deliveries().size() >= number);
        return receiver.deliveries().get(number - 1);
    }

    private static Map<String, Object> data(Receiver.Delivery delivery) {
        return JsonPath.from(delivery.body()).getMap("data");
    }

    private List<Map<String, Object>> deadLetters() {
        return fixture
                .operator
                .get(PATH + "/dead-letters?limit=1000")
                .jsonPath()
                .<Map<String, Object>>getList("items")
                .stream()
                .filter(letter -> channels.contains((String) letter.get("channel")))
                .toList();
    }

    @Test
    void tellsTheGroupThatIsAskedAndWhereToLook() {
        tell("webhook", receiver.url(), "opened");

        String call = escalated();

        assertThat(data(delivery(1)))
                .containsEntry("callId", call)
                .containsEntry("event", "opened")
                .containsEntry("state", "open")
                .containsEntry("tool", "bank.pay")
                .containsEntry("agent", agent.name())
                .containsEntry(
                        "asks",
                        List.of(Map.of(
                                "rule", "large payment needs finance",
                                "reason", "payments over 100 need finance",
                                "group", "finance")))
                .containsEntry("link", "http://writ.example.com/console/approvals/" + call)
                .containsKey("expiresAt")
                .hasSize(8);
    }

    @Test
    void signsAsStandardWebhooksSays() {
        String secret = tell("webhook", receiver.url(), "opened");

        escalated();

        Receiver.Delivery delivery = delivery(1);
        assertThat(delivery.header("webhook-signature")).isEqualTo(signature(secret, delivery));
        assertThat(delivery.header("content-type")).isEqualTo("application/cloudevents+json");
    }

    @Test
    void saysNothingOfArgumentsAndPersons() {
        String address = "finance-" + UUID.randomUUID() + "@example.com";
        tell("webhook", receiver.url());
        tell("slack", receiver.url());
        tell("email", address);

        String call = escalated();
        fay.refuse(call, "canary-reason").then().statusCode(200);

        awaitIt(() ->
                receiver.deliveries().size() >= 4 && MailServer.mailTo(address).size() >= 2);
        assertThat(receiver.deliveries().toString() + MailServer.mailTo(address))
                .contains(call)
                .doesNotContain("canary", "150", "acme", fay.key(), "writ_");
    }

    @Test
    void tellsHowItEnded() {
        tell("webhook", receiver.url(), "ended");
        String call = escalated();

        fay.refuse(call, "no").then().statusCode(200);

        assertThat(data(delivery(1)))
                .containsEntry("callId", call)
                .containsEntry("event", "ended")
                .containsEntry("state", "refused");
    }

    @Test
    void tellsOfAnApprovalToo() {
        tell("webhook", receiver.url(), "ended");
        String call = escalated();

        fay.approve(call).then().statusCode(200);

        assertThat(data(delivery(1))).containsEntry("callId", call).containsEntry("state", "approved");
    }

    @Test
    void remindsBeforeItExpires() {
        fixture.activate("rule \"ask\" when ToolCall( tool == \"bank.pay\" )"
                + " then escalate(\"ask\").to(\"finance\").within(\"8s\"); end");
        tell("webhook", receiver.url());
        String call = escalated();

        awaitIt(() -> receiver.deliveries().size() >= 3);

        assertThat(receiver.deliveries())
                .extracting(NotifyingTest::data)
                .allMatch(data -> call.equals(data.get("callId")))
                .extracting(data -> data.get("event") + " " + data.get("state"))
                .containsExactly("opened open", "reminder open", "ended expired");
    }

    @Test
    void tellsFurtherGroupsWhenTheyAreAsked() {
        fixture.activate("rule \"ask\" when ToolCall( tool == \"bank.pay\" )"
                + " then escalate(\"ask\").to(\"legal\").then(\"finance\").after(\"2s\").within(\"1h\"); end");
        tell("webhook", receiver.url());

        String call = escalated();

        assertThat(data(delivery(1)))
                .containsEntry("callId", call)
                .containsEntry("event", "raised")
                .containsEntry("state", "open");
        assertThat(pending("reminder")).containsExactly(call);
        fay.approve(call).then().statusCode(200);
        assertThat(data(delivery(2))).containsEntry("callId", call).containsEntry("event", "ended");
    }

    @Test
    void doesNotRemindThoseWhoWereAskedAfterTheTimeForIt() {
        fixture.activate("rule \"ask\" when ToolCall( tool == \"bank.pay\" )"
                + " then escalate(\"ask\").to(\"legal\").then(\"finance\").after(\"3s\").within(\"4s\"); end");
        tell("webhook", receiver.url());

        String call = escalated();

        assertThat(data(delivery(1))).containsEntry("callId", call).containsEntry("event", "raised");
        assertThat(data(delivery(2))).containsEntry("callId", call).containsEntry("event", "ended");
    }

    @Test
    void tellsThatSomebodyBrokeTheGlass() {
        tell("webhook", receiver.url(), "break-glass");
        String call = escalated();
        Client glen = fixture.approver("glen-" + UUID.randomUUID(), "glass-breakers", "finance");

        String view = fixture.auditor.get("/v1/approvals/" + call).path("viewDigest");
        glen.post("/v1/approvals/" + call + "/break-glass", Map.of("reason", "it burns", "view", view))
                .then()
                .statusCode(200);

        assertThat(data(delivery(1))).containsEntry("callId", call).containsEntry("event", "break-glass");
        assertThat(delivery(1).body()).doesNotContain("glen-");
    }

    @Test
    void remindsNobodyOfWhatHasEnded() {
        tell("webhook", receiver.url(), "reminder", "ended");
        String call = escalated();
        assertThat(pending("reminder")).containsExactly(call);

        fay.refuse(call, "no").then().statusCode(200);

        assertThat(data(delivery(1))).containsEntry("event", "ended");
        assertThat(pending("reminder")).isEmpty();
    }

    @Test
    void tellsNobodyOfWhatOtherGroupsAreAsked() {
        fixture.activate("rule \"ask\" when ToolCall( tool == \"bank.pay\" )"
                + " then escalate(\"ask\").to(\"legal\").within(\"1h\"); end");
        tell("webhook", receiver.url());

        escalated();

        assertThat(pending("opened")).isEmpty();
    }

    @Test
    void slackIsToldInTextThatMentionsNobody() {
        fixture.activate("rule \"ask\" when ToolCall( tool == \"bank.pay\" ) then"
                + " escalate(\"<!channel> & <https://evil.example|approved> *now* http://evil.example\")"
                + ".to(\"finance\").within(\"1h\"); end");
        tell("slack", receiver.url(), "opened");

        String call = escalated();

        Receiver.Delivery delivery = delivery(1);
        JsonPath body = JsonPath.from(delivery.body());
        String link = "http://writ.example.com/console/approvals/" + call;
        assertThat(body.<String>get("text"))
                .contains("bank.pay", agent.name(), "&lt;!channel&gt; &amp; &lt;https[:]//evil.example|approved&gt;")
                .contains("<" + link + ">");
        assertThat(body.<Boolean>get("mrkdwn")).isFalse();
        assertThat(body.getList("blocks.text.type")).containsExactly("plain_text", "plain_text", "mrkdwn");
        assertThat(body.<String>get("blocks[2].text.text")).isEqualTo("<" + link + "|Open it in the console>");
        assertThat(delivery.body().replace(link, "")).doesNotContain("://", "<!", "action");
    }

    @Test
    void mailIsSentAndSaysThatItCannotBeAnswered() {
        String address = "finance-" + UUID.randomUUID() + "@example.com";
        tell("email", address, "opened");

        String call = escalated();

        awaitIt(() -> !MailServer.mailTo(address).isEmpty());
        String mail = MailServer.mailTo(address).get(0).replace("=\n", "").replace("=3D", "=");
        assertThat(mail)
                .contains("Subject: [Writ] A call waits for approval\n", "To: " + address, "From: writ@example.com")
                .contains("Tool: bank.pay", "Asked of finance: payments over 100 need finance")
                .contains("http://writ.example.com/console/approvals/" + call)
                .contains("Nobody can approve anything by answering this mail.");
    }

    @Test
    void isTriedAgainUntilItIsTaken() {
        receiver.answering(500);
        tell("webhook", receiver.url(), "opened");

        escalated();

        Receiver.Delivery again = delivery(2);
        Receiver.Delivery first = receiver.deliveries().get(0);
        assertThat(again.header("webhook-id")).isEqualTo(first.header("webhook-id"));
        assertThat(again.body()).isEqualTo(first.body());
        awaitIt(() -> pending("opened").isEmpty());
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void isADeadLetterOnceItIsGivenUpAndSentWhenSomebodySaysSo() {
        int port = Ports.free();
        tell("webhook", "http://127.0.0.1:" + port + "/", "opened");
        String call = escalated();
        awaitIt(() -> !deadLetters().isEmpty());
        Map<String, Object> letter = deadLetters().get(0);
        assertThat(letter)
                .containsEntry("call", call)
                .containsEntry("event", "opened")
                .containsEntry("attempts", 2)
                .containsEntry("problem", "no answer");
        fixture.operator
                .get("/q/metrics")
                .then()
                .body(containsString("writ_notifications_total{kind=\"webhook\",result=\"dead\"}"));

        try (Receiver later = Receiver.start(port)) {
            fixture.operator
                    .post(PATH + "/dead-letters/" + letter.get("id") + "/retry", Map.of())
                    .then()
                    .statusCode(204);

            awaitIt(() -> !later.deliveries().isEmpty());
            assertThat(data(later.deliveries().get(0))).containsEntry("callId", call);
            awaitIt(() -> deadLetters().isEmpty());
        }
        assertThat(fixture.entries("kind=NOTIFICATION_RETRIED&call=" + call))
                .singleElement()
                .extracting(entry -> entry.column("agent"))
                .isEqualTo(fixture.operator.name());
    }

    @Test
    void mailThatIsRefusedIsADeadLetter() {
        String address = MailServer.REFUSED + "-" + UUID.randomUUID() + "@example.com";
        tell("email", address, "opened");

        escalated();

        awaitIt(() -> !deadLetters().isEmpty());
        assertThat(deadLetters().get(0)).containsEntry("problem", "the mail server did not take it");
        assertThat(Bank.shared().logLines()).doesNotContain(address);
    }

    @Test
    void aReceiverThatIsGoneIsNotAskedAgain() {
        receiver.answering(410);
        tell("webhook", receiver.url(), "opened");

        escalated();

        awaitIt(() -> !deadLetters().isEmpty());
        assertThat(deadLetters().get(0)).containsEntry("attempts", 1).containsEntry("problem", "status 410");
    }

    @Test
    void followsNoRedirect() {
        receiver.answering(302, 302);
        tell("slack", receiver.url(), "opened");

        escalated();

        awaitIt(() -> !deadLetters().isEmpty());
        assertThat(receiver.deliveries())
                .hasSize(2)
                .allSatisfy(delivery -> assertThat(delivery.target()).isEqualTo("/hooks/writ?to=me"));
    }

    @Test
    void aThousandEscalationsAreTenMessages() {
        tell("webhook", receiver.url(), "opened");
        String call = escalated();
        delivery(1);

        execute("INSERT INTO writ.notification (entry_index, channel, event, call, due)" + " SELECT -n, '"
                + channels.get(0) + "', 'opened', '" + call + "', now() FROM generate_series(1, 999) n");

        awaitIt(() -> receiver.deliveries().size() >= 10);
        awaitIt(() -> pending("opened").isEmpty());
        assertThat(receiver.deliveries()).hasSize(10);
        assertThat(data(receiver.deliveries().get(9)))
                .containsEntry("more", 991)
                .containsEntry("events", Map.of("opened", 991))
                .containsEntry("link", "http://writ.example.com/console/approvals");
    }

    @Test
    void nothingIsSentToAnAddressThatNoEntryVouchesFor() {
        tell("webhook", receiver.url(), "opened");
        execute("UPDATE writ.notification_channel SET sealed = sealed || ' ' WHERE id = '" + channels.get(0) + "'");

        escalated();

        awaitIt(() -> !deadLetters().isEmpty());
        assertThat(receiver.deliveries()).isEmpty();
    }

    @Test
    void nothingIsSentOnceTheChannelIsRemoved() {
        receiver.answering(500, 500, 500);
        tell("webhook", receiver.url(), "opened");
        escalated();
        delivery(1);

        fixture.operator.request().delete(PATH + "/" + channels.get(0)).then().statusCode(204);

        awaitIt(() -> query(
                        "SELECT task_instance FROM writ.scheduled_task WHERE task_name = 'notify' AND task_instance = '"
                                + channels.get(0) + "'")
                .isEmpty());
        assertThat(query("SELECT call FROM writ.notification WHERE channel = '" + channels.get(0) + "'"))
                .isEmpty();
    }

    /** Calls that the channels of this test are still to be told of. */
    private List<String> pending(String event) {
        return query("SELECT call FROM writ.notification WHERE state = 'waiting' AND event = '" + event
                + "' AND channel IN ('" + String.join("', '", channels) + "')");
    }

    private static List<String> query(String sql) {
        try (Superuser superuser = Superuser.connect()) {
            return superuser.query(sql);
        }
    }

    private static void execute(String sql) {
        try (Superuser superuser = Superuser.connect()) {
            superuser.execute(sql);
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
