package dev.writ.gateway.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WritTest
class ConsoleSessionTest {

    private Fixture gateway;

    @BeforeEach
    void somebody() {
        gateway = Bank.shared().fixture();
    }

    private Client person(String... roles) {
        return gateway.admin.issue("person-" + UUID.randomUUID(), List.of(roles), List.of());
    }

    private Response signIn(String key) {
        return Browser.form(given()).formParam("key", key).post("/console/sign-in");
    }

    @Test
    void whoIsNotSignedInIsAskedTo() {
        given().redirects()
                .follow(false)
                .get("/console/approvals?state=open")
                .then()
                .statusCode(303)
                .header("Location", startsWith("/console/sign-in?to=%2Fconsole%2Fapprovals"));
    }

    @Test
    void signingInIsRecordedAndShowsWhoIsThere() {
        Client auditor = person("auditor");
        Browser browser = Browser.of(auditor);

        assertThat(browser.page("/console")).contains(auditor.name()).contains("aria-current=\"page\"");
        assertThat(gateway.entries("kind=CONSOLE_SIGNED_IN&agent=" + auditor.name()))
                .hasSize(1)
                .first()
                .satisfies(entry -> assertThat(entry.body()).containsEntry("client", auditor.keyId()));
    }

    @Test
    void theCookieIsNotForScriptsOrOtherSites() {
        signIn(person("auditor").key())
                .then()
                .header("Set-Cookie", containsString("writ-console="))
                .header("Set-Cookie", containsString("HTTPOnly"))
                .header("Set-Cookie", containsString("SameSite=Strict"))
                .header("Set-Cookie", containsString("Path=/console"));
    }

    @Test
    void fromElsewhereTheCookieIsForTlsAlone() {
        Browser.form(given())
                .header("Host", "writ.example")
                .formParam("key", person("auditor").key())
                .post("/console/sign-in")
                .then()
                .statusCode(303)
                .header("Set-Cookie", containsString("__Host-writ="))
                .header("Set-Cookie", containsString("; Secure"))
                .header("Set-Cookie", containsString("; Path=/;"));
    }

    @Test
    void aWrongKeyIsNotTaken() {
        String key = person("auditor").key();
        String wrong = key.substring(0, key.length() - 1) + (key.endsWith("0") ? "1" : "0");
        signIn(wrong)
                .then()
                .statusCode(401)
                .body(containsString("No live key is that"))
                .body(not(containsString(wrong)));
        signIn("").then().statusCode(401);
    }

    @Test
    void aProgramsKeyOpensNothing() {
        signIn(gateway.agent().key()).then().statusCode(403).body(containsString("for people"));
    }

    @Test
    void signingOutEndsEveryCopyOfTheCookie() {
        Client auditor = person("auditor");
        Browser browser = Browser.of(auditor);

        browser.post("/console/sign-out", Map.of()).then().statusCode(303);

        browser.get("/console").then().statusCode(303);
        assertThat(gateway.entries("kind=CONSOLE_SIGNED_OUT&agent=" + auditor.name()))
                .hasSize(1);
    }

    @Test
    void aRevokedKeyEndsItsSessions() {
        Client auditor = person("auditor");
        Browser browser = Browser.of(auditor);
        browser.get("/console").then().statusCode(200);

        gateway.admin.request().delete("/v1/keys/" + auditor.keyId()).then().statusCode(204);

        browser.get("/console").then().statusCode(303).header("Location", containsString("/console/sign-in"));
    }

    @Test
    void aChangedCookieIsNone() {
        Browser browser = Browser.of(person("auditor"));
        String cookie = Objects.requireNonNull(browser.cookies().get("writ-console"));
        String changed = cookie.substring(0, 30) + (cookie.charAt(30) == 'A' ? 'B' : 'A') + cookie.substring(31);

        new Browser(browser.baseUrl(), Map.of("writ-console", changed))
                .get("/console")
                .then()
                .statusCode(303);
    }

    @Test
    void theCookieCountsNowhereElse() {
        Browser browser = Browser.of(person("auditor", "operator"));
        browser.get("/v1/approvals").then().statusCode(401);
        browser.get("/q/metrics").then().statusCode(401);
    }

    @Test
    void anApiKeyCountsForNothingHere() {
        Client auditor = person("auditor");
        auditor.request().redirects().follow(false).get("/console").then().statusCode(303);
    }

    @Test
    void aFormWithoutItsTokenIsRefused() {
        Browser browser = Browser.of(person("auditor"));
        Browser other = Browser.of(person("auditor"));
        Browser.form(browser.request()).post("/console/sign-out").then().statusCode(403);
        Browser.form(browser.request())
                .formParam("token", other.token())
                .post("/console/sign-out")
                .then()
                .statusCode(403)
                .contentType("text/html")
                .body(containsString("another session"));
        browser.get("/console").then().statusCode(200);
    }

    @Test
    void aFormFromAnotherSiteIsRefused() {
        Browser browser = Browser.of(person("auditor"));
        String token = browser.token();
        for (String site : List.of("cross-site", "same-site", "none")) {
            browser.request()
                    .header("Sec-Fetch-Site", site)
                    .contentType("application/x-www-form-urlencoded")
                    .formParam("token", token)
                    .post("/console/sign-out")
                    .then()
                    .statusCode(403);
        }
        for (String origin : List.of("null", "https://evil.example", "http://localhost:1")) {
            browser.request()
                    .header("Origin", origin)
                    .contentType("application/x-www-form-urlencoded")
                    .formParam("token", token)
                    .post("/console/sign-out")
                    .then()
                    .statusCode(403);
        }
        browser.request()
                .contentType("application/x-www-form-urlencoded")
                .formParam("token", token)
                .post("/console/sign-out")
                .then()
                .statusCode(403);
        browser.get("/console").then().statusCode(200);
    }

    @Test
    void afterSigningInOneIsNotSentElsewhere() {
        String key = person("auditor").key();
        for (String to : List.of(
                "//evil.example", "https://evil.example/console", "/console/../v1", "/console//evil", "/consoles")) {
            Browser.form(given())
                    .formParam("key", key)
                    .formParam("to", to)
                    .post("/console/sign-in")
                    .then()
                    .statusCode(303)
                    .header("Location", not(containsString("evil")))
                    .header("Location", containsString("/console"));
        }
    }

    @Test
    void everyResponseTellsTheBrowserWhatItMayDo() {
        Browser browser = Browser.of(person("auditor"));
        for (String path : List.of(
                "/console",
                "/console/nowhere",
                "/console/sign-in",
                "/console/static/console.css",
                "/console/static/htmx.js")) {
            browser.get(path)
                    .then()
                    .header("Content-Security-Policy", containsString("script-src 'self'"))
                    .header("Content-Security-Policy", containsString("default-src 'none'"))
                    .header("Content-Security-Policy", not(containsString("unsafe")))
                    .header("X-Content-Type-Options", equalTo("nosniff"))
                    .header("Referrer-Policy", equalTo("no-referrer"))
                    .header("Cross-Origin-Opener-Policy", equalTo("same-origin"));
        }
        browser.get("/console").then().header("Cache-Control", equalTo("no-store"));
        browser.get("/console/static/htmx.js").then().statusCode(200).body(containsString("htmx"));
    }

    @Test
    void whatIsNotThereIsAPageThatSaysSo() {
        Browser.of(person("auditor"))
                .get("/console/nowhere")
                .then()
                .statusCode(404)
                .contentType("text/html")
                .body(containsString("There is no such thing"));
    }

    @Test
    void aLinkFromElsewhereArrivesWithTheCookie() {
        given().redirects()
                .follow(false)
                .header("Sec-Fetch-Site", "cross-site")
                .get("/console/approvals/1")
                .then()
                .statusCode(200)
                .body(containsString("http-equiv=\"refresh\""))
                .body(containsString("href=\"/console/approvals/1\""));
    }
}
