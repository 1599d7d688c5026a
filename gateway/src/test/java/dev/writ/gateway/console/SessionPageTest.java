package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Errand;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was said and called in a session, and where its values came from. */
@WritTest
class SessionPageTest {

    private final Fixture gateway = Bank.shared().fixture();
    private final Client auditor = gateway.admin.issue("auditor-" + UUID.randomUUID(), List.of("auditor"), List.of());
    private final Errand errand = new Errand(gateway, "ana");
    private final Client agent = errand.agent;
    private final Browser browser = Browser.of(auditor);

    @BeforeEach
    void activate() {
        gateway.activate(Errand.RULES);
    }

    @AfterEach
    void restore() {
        gateway.activate(Fixture.RULES);
    }

    private Response call(String tool, Map<String, ?> arguments, String session) {
        return agent.call(tool, arguments, new HashMap<>(Map.of("onBehalfOf", "ana", "session", session)));
    }

    private Response pay(String to, String session) {
        return call(
                "bank.pay",
                Map.of("to", to, "amount", 12.5, "note", UUID.randomUUID().toString()),
                session);
    }

    @Test
    void showsWhatWasSaidAndCalledAndWhereValuesCameFrom() {
        String session = errand.open("ana", "pay acme-17 <b>what we owe</b> them");
        String paid = pay("acme-17", session).path("id");
        String looked = call("bank.balance", Map.of("id", "x"), session).path("result.id");
        String escalated = pay(looked, session).path("id");

        String page = browser.page("/console/sessions/" + session);

        assertThat(page)
                .contains(
                        "pay acme-17 &lt;b&gt;what we owe&lt;/b&gt; them",
                        "/console/decisions/" + paid,
                        "/console/decisions/" + escalated,
                        "words of the person",
                        "result of",
                        "the model itself",
                        "class=\"arrow untrusted\"",
                        "<svg class=\"lineage\"",
                        "Every argument whose origin was recorded")
                .doesNotContain("<b>what", " style=");
        assertThat(gateway.entries("kind=AUDIT_READ&agent=" + auditor.name())
                        .get(0)
                        .text("session"))
                .isEqualTo(session);
    }

    @Test
    void aSessionWithoutCallsSaysWhatToDo() {
        assertThat(browser.page("/console/sessions/" + errand.open("ana", "look around")))
                .contains("No call of this session has been decided yet", "No decision of this session recorded");
    }

    @Test
    void aSessionThatIsNotThereIsAPageThatSaysSo() {
        browser.get("/console/sessions/0123456789abcdef0123456789abcdef")
                .then()
                .statusCode(404)
                .contentType("text/html");
    }

    @Test
    void ofALongSessionTheBeginningIsShownAndSaidSo() {
        String session = errand.open("ana", "look around");
        String first = call("bank.balance", Map.of("id", "x"), session).path("id");
        for (int i = 0; i < 200; i++) {
            call("bank.balance", Map.of("id", "x"), session).then().statusCode(200);
        }

        assertThat(browser.page("/console/sessions/" + session))
                .contains("its first 200 calls are shown", "/console/decisions/" + first);
    }
}
