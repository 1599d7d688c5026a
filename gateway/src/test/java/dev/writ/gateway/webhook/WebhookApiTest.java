package dev.writ.gateway.webhook;

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
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WritTest
class WebhookApiTest {

    private static final String URL = "http://127.0.0.1:9/hooks/canary-3b7d";

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();
    private final String path = "/v1/agents/" + agent.name() + "/webhook";

    @Test
    void showsTheSecretOnce() {
        String secret = put(URL, true)
                .statusCode(200)
                .body("url", equalTo(URL))
                .extract()
                .path("secret");

        assertThat(Base64.getDecoder().decode(secret.replaceFirst("^whsec_", "")))
                .hasSize(32);
        fixture.operator
                .get(path)
                .then()
                .statusCode(200)
                .body("url", equalTo(URL))
                .body("allowPrivateAddresses", equalTo(true))
                .body(not(containsString("whsec_")));
    }

    @Test
    void settingItAgainMakesAnotherSecret() {
        String first = put(URL, true).statusCode(200).extract().path("secret");
        String second = put(URL + "2", true).statusCode(200).extract().path("secret");

        assertThat(second).isNotEqualTo(first);
        fixture.operator.get(path).then().body("url", equalTo(URL + "2"));
    }

    @Test
    void removingItForgetsTheSecret() {
        put(URL, true).statusCode(200);

        delete(204);

        delete(404);
        fixture.operator.get(path).then().statusCode(404);
        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.query("SELECT url || secret FROM writ.webhook WHERE agent = '" + agent.name() + "'"))
                    .containsExactly("");
        }
    }

    @Test
    void keepsUrlAndSecretOutOfEntriesRowsAndLogLines() {
        String secret = put(URL, true).statusCode(200).extract().path("secret");

        try (Superuser superuser = Superuser.connect()) {
            assertThat(superuser.tablesWith(secret.substring("whsec_".length())))
                    .isEmpty();
            assertThat(superuser.query("SELECT encode(leaf, 'escape') FROM audit.entry WHERE kind = 'WEBHOOK_SET'"))
                    .isNotEmpty()
                    .noneMatch(leaf -> leaf.contains("canary-3b7d"));
        }
        assertThat(Bank.shared().logLines()).doesNotContain(secret, "canary-3b7d");
        assertThat(Bank.shared().spans())
                .isNotEmpty()
                .noneMatch(span -> span.contains(secret) || span.contains("canary-3b7d"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://hooks.example.com/, true, https",
        "http://127.0.0.1:9/, false, allowPrivateAddresses",
        "https://127.0.0.1:9/, false, not public",
        "https://10.1.2.3/, false, not public",
        "https://169.254.169.254/, true, link-local",
        "ftp://hooks.example.com/, false, https",
        ", false, url"
    })
    void refusesWhatNothingMayBeDeliveredTo(String url, boolean allowPrivate, String words) {
        put(url == null ? "" : url, allowPrivate)
                .statusCode(422)
                .contentType("application/problem+json")
                .body("detail", containsString(words));
        fixture.operator.get(path).then().statusCode(404);
    }

    @Test
    void needsARegisteredAgent() {
        fixture.operator
                .request()
                .body(Map.of("url", "https://hooks.example.com/"))
                .put("/v1/agents/nobody-of-that-name/webhook")
                .then()
                .statusCode(404);
    }

    @Test
    void isForOperators() {
        agent.request().body(Map.of("url", URL)).put(path).then().statusCode(403);
        agent.get(path).then().statusCode(403);
        agent.request().delete(path).then().statusCode(403);
        fixture.auditor.request().delete(path).then().statusCode(403);
    }

    private ValidatableResponse put(String url, boolean allowPrivate) {
        return fixture.operator
                .request()
                .body(Map.of("url", url, "allowPrivateAddresses", allowPrivate))
                .put(path)
                .then();
    }

    private void delete(int status) {
        fixture.operator.request().delete(path).then().statusCode(status);
    }
}
