package dev.writ.gateway.passkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import dev.writ.audit.Authenticator;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.console.Browser;
import dev.writ.model.JsonObject;
import io.restassured.response.Response;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Passkeys in the console; what a browser's script sends is sent by the test. */
@WritTest
class PasskeysPageTest {

    private static final String PATH = "/console/passkeys";

    private final Fixture fixture = Bank.shared().fixture();
    private final Signer olga = Signer.unregistered(fixture, "olga", Authenticator.es256(), "finance");
    private final Browser browser = Browser.of(olga.client());

    private static JsonObject options(Browser browser, String path) {
        return Signer.json(browser.post(path, Map.of())
                .then()
                .statusCode(200)
                .contentType("application/json")
                .extract()
                .response());
    }

    private Response register(Signer signer) {
        String challenge = options(browser, PATH + "/options")
                .object("publicKey")
                .orElseThrow()
                .text("challenge")
                .orElseThrow();
        return browser.post(
                PATH,
                Map.of(
                        "name",
                        "<b>blue</b>",
                        "credential",
                        signer.authenticator().create(challenge).toJson()));
    }

    @Test
    void isRegisteredConfirmedBySomebodyElseAndRevoked() {
        assertThat(browser.page(PATH)).contains("You have no passkey").contains("/console/static/passkey.js");
        register(olga).then().statusCode(303);
        assertThat(browser.page(PATH))
                .contains("&lt;b&gt;blue")
                .doesNotContain("<b>blue")
                .contains(olga.id())
                .contains("tell its id");
        assertThat(fixture.entries(
                        "kind=PASSKEY_REGISTERED&agent=" + olga.client().name()))
                .hasSize(1);
        browser.post(PATH + "/" + olga.id() + "/confirm", Map.of()).then().statusCode(403);
        Browser auditor = Browser.of(fixture.auditor);
        assertThat(auditor.page(PATH)).doesNotContain("I have asked: it is theirs");
        auditor.post(PATH + "/" + olga.id() + "/confirm", Map.of()).then().statusCode(403);

        Browser.of(fixture.reviewer)
                .post(PATH + "/" + olga.id() + "/confirm", Map.of())
                .then()
                .statusCode(303);

        assertThat(olga.state()).isEqualTo("live");
        browser.post(PATH + "/" + olga.id() + "/revoke", Map.of()).then().statusCode(303);
        assertThat(olga.state()).isEqualTo("revoked");
    }

    @Test
    void isConfirmedWithAnotherOneOfTheSameOwner() {
        register(olga).then().statusCode(303);
        olga.confirmBy(fixture.reviewer).then().statusCode(200);
        Signer second = olga.with(Authenticator.es256());
        register(second).then().statusCode(303);
        assertThat(browser.page(PATH)).contains("Confirm it with another one of yours");
        JsonObject challenge = options(browser, PATH + "/" + second.id() + "/options");

        browser.post(
                        PATH + "/" + second.id() + "/sign",
                        Map.of(
                                "credential",
                                olga.sign(challenge).toJson(),
                                "statement",
                                challenge.object("statement").orElseThrow().toJson()))
                .then()
                .statusCode(303);

        assertThat(second.state()).isEqualTo("live");
    }

    @Test
    void whatWasRevokedIsOnAPageOfItsOwn() {
        register(olga).then().statusCode(303);
        assertThat(browser.page(PATH + "?state=revoked"))
                .contains("You have revoked none")
                .doesNotContain(olga.id());
        olga.revokeBy(olga.client()).then().statusCode(204);

        assertThat(browser.page(PATH)).contains("state=revoked").doesNotContain(olga.id());
        assertThat(browser.page(PATH + "?state=revoked"))
                .contains(olga.id(), "&lt;b&gt;blue", "revoked")
                .doesNotContain("<b>blue", "Register a passkey", "/revoke\"");
        browser.get(PATH + "?state=live").then().statusCode(400);
    }

    @Test
    void withoutAnAuthenticatorsAnswerNothingIsRegistered() {
        browser.post(PATH, Map.of("name", "blue"))
                .then()
                .statusCode(400)
                .body(containsString("passkeys need JavaScript"));
        browser.post(PATH, Map.of("name", "blue", "credential", "[]")).then().statusCode(400);
        browser.post(PATH, Map.of("name", "blue", "credential", "{")).then().statusCode(400);

        assertThat(browser.page(PATH)).contains("You have no passkey");
    }
}
