package dev.writ.gateway.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where people are told of escalations, as operators say it. */
@WritTest
class NotificationApiTest {

    private static final String PATH = "/v1/notifications";
    private static final String URL = "http://127.0.0.1:9/hooks/canary-9f3c";

    private final Fixture fixture = Bank.shared().fixture();
    private final String group = "group-" + UUID.randomUUID();
    private final List<String> made = new ArrayList<>();

    @AfterEach
    void removeWhatWasMade() {
        made.forEach(id -> fixture.operator.request().delete(PATH + "/" + id));
    }

    private ValidatableResponse add(Map<String, ?> asked) {
        return fixture.operator.post(PATH, asked).then();
    }

    private ValidatableResponse added(Map<String, ?> asked) {
        ValidatableResponse added = add(asked).statusCode(201);
        made.add(added.extract().path("id"));
        return added;
    }

    private Map<String, ?> webhook() {
        return Map.of("kind", "webhook", "target", URL, "groups", List.of(group), "allowPrivateAddresses", true);
    }

    private Map<String, Object> shown(String id) {
        return fixture.operator
                .get(PATH)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getMap("find { it.id == '" + id + "' }");
    }

    @Test
    void showsAWebhooksSecretOnce() {
        ValidatableResponse answer = added(webhook());

        String secret = answer.extract().path("secret");
        assertThat(secret).startsWith("whsec_");
        assertThat(shown(made.get(0)))
                .containsEntry("kind", "webhook")
                .containsEntry("target", URL)
                .containsEntry("groups", List.of(group))
                .containsEntry("events", List.of());
        fixture.operator.get(PATH).then().body(not(containsString("whsec_")));
    }

    @Test
    void showsOnlyTheHostOfASlackUrlBecauseWhoeverKnowsItMayPost() {
        added(Map.of("kind", "slack", "target", URL, "groups", List.of(group), "allowPrivateAddresses", true))
                .body("target", equalTo("http://127.0.0.1/..."))
                .body(not(containsString("secret")));

        assertThat(shown(made.get(0))).containsEntry("target", "http://127.0.0.1/...");
    }

    @Test
    void keepsAddressesAndSecretsOutOfEntriesRowsAndLogLines() {
        String secret = added(webhook()).extract().path("secret");
        added(Map.of("kind", "email", "target", "canary-5a1e@example.com", "groups", List.of(group)));

        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.tablesWith(secret.substring("whsec_".length()), "canary-9f3c", "canary-5a1e"))
                    .isEmpty();
        }
        assertThat(Bank.shared().logLines()).doesNotContain(secret, "canary-9f3c", "canary-5a1e");
    }

    @Test
    void removingItForgetsTheAddress() {
        added(webhook());
        String id = made.get(0);

        fixture.operator.request().delete(PATH + "/" + id).then().statusCode(204);

        fixture.operator.request().delete(PATH + "/" + id).then().statusCode(404);
        assertThat(shown(id)).isNull();
        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.query("SELECT sealed FROM writ.notification_channel WHERE id = '" + id + "'"))
                    .containsExactly("");
        }
        assertThat(fixture.entries("kind=NOTIFICATION_CHANNEL_REMOVED").get(0).column("agent"))
                .isEqualTo(fixture.operator.name());
    }

    @ParameterizedTest
    @CsvSource({
        "pigeon, https://hooks.example.com/, false, kind",
        "slack, http://hooks.example.com/, true, https",
        "slack, https://10.1.2.3/, false, not public",
        "webhook, https://169.254.169.254/, true, link-local",
        "webhook, https://127.0.0.1:9/, false, not public",
        "email, https://hooks.example.com/, false, email",
        "email, '', false, email"
    })
    void refusesWhatNothingMayBeSentTo(String kind, String target, boolean allowPrivate, String words) {
        add(Map.of("kind", kind, "target", target, "allowPrivateAddresses", allowPrivate))
                .statusCode(422)
                .body("detail", containsString(words))
                .body("detail", containsString("Nothing was changed."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann@example.com\r\nBcc: eve@example.com",
                "ann@example.com, eve@example.com",
                "\"ann\" <ann@example.com>",
                "ann@example.com ",
                "@example.com",
                "ann@"
            })
    void refusesAnAddressThatWouldSayMoreInAMailsHeader(String target) {
        add(Map.of("kind", "email", "target", target)).statusCode(422);
    }

    @Test
    void refusesEventsAndGroupsThatNobodyWouldBeToldOf() {
        add(Map.of("kind", "email", "target", "ann@example.com", "events", List.of("opened", "exploded")))
                .statusCode(422)
                .body("detail", containsString("'events'"));
        add(Map.of("kind", "email", "target", "ann@example.com", "groups", List.of()))
                .statusCode(422)
                .body("detail", containsString("'groups'"));
    }

    @Test
    void isForOperators() {
        Client agent = fixture.agent();
        Client fay = fixture.approver("fay", group);
        agent.post(PATH, webhook()).then().statusCode(403);
        fay.post(PATH, webhook()).then().statusCode(403);
        fixture.auditor.post(PATH, webhook()).then().statusCode(403);
        agent.get(PATH).then().statusCode(403);
        fay.get(PATH + "/dead-letters").then().statusCode(403);
        fixture.auditor.post(PATH + "/dead-letters/1/retry", Map.of()).then().statusCode(403);
        fixture.auditor.get(PATH).then().statusCode(200);
        fixture.auditor.get(PATH + "/dead-letters").then().statusCode(200);
    }

    @Test
    void thereIsNoDeadLetterOfAnyId() {
        fixture.operator
                .post(PATH + "/dead-letters/999999999/retry", Map.of())
                .then()
                .statusCode(404);
        fixture.operator
                .post(PATH + "/dead-letters/first/retry", Map.of())
                .then()
                .statusCode(404);
    }
}
