package dev.writ.gateway.console;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.TestIssuer;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.token.SignedTokens;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signing in to the console by way of an issuer, over HTTP, as a browser without scripts does it. */
@WritTest
class IssuerSignInTest {

    private static final String COOKIE = "writ-sign-in";
    private static final Pattern GOES_ON = Pattern.compile("http-equiv=\"refresh\" content=\"0; url=([^\"]+)\"");

    private final String ann = "ann-" + UUID.randomUUID();
    private final String handle = "person-" + UUID.randomUUID();
    private Fixture gateway;

    @BeforeEach
    void start() {
        gateway = Bank.shared().fixture();
    }

    private static String url(SignedTokens issuer) {
        return String.valueOf(issuer.claims(Instant.now()).get("iss"));
    }

    /** The id of a key for ann. */
    private String register(String client, String issuer, Map<String, ?> further) {
        Map<String, Object> asked = new HashMap<>(Map.of("principal", handle, "roles", List.of("auditor")));
        asked.put("token", Map.of("issuer", issuer, "client", client, "subject", ann));
        asked.putAll(further);
        return gateway.admin
                .post("/v1/keys", asked)
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private String register() {
        return register("console", url(TestIssuer.shared()), Map.of());
    }

    private static Response begin(String path) {
        return given().redirects()
                .follow(false)
                .urlEncodingEnabled(false)
                .header("Sec-Fetch-Site", "same-origin")
                .get("/console/sign-in/" + path);
    }

    private static Response begin() {
        return begin("test");
    }

    private static String at(Response begun) {
        return begun.then().statusCode(303).extract().header("Location");
    }

    /** Where the issuer sends back whoever says that there. */
    private String answer(Response begun, Map<String, String> further) {
        Map<String, String> said = new HashMap<>(further);
        said.putIfAbsent("as", ann);
        return TestIssuer.login(at(begun), said);
    }

    private static Response back(String location, Map<String, String> cookies) {
        return given().redirects()
                .follow(false)
                .urlEncodingEnabled(false)
                .header("Sec-Fetch-Site", "cross-site")
                .cookies(cookies)
                .get(location);
    }

    private Response signIn(Map<String, String> said) {
        Response begun = begin();
        return back(answer(begun, said), begun.cookies());
    }

    private Browser browser(Response signedIn) {
        return new Browser(gateway.admin.baseUrl(), signedIn.cookies());
    }

    private static String goesOnTo(Response signedIn) {
        Matcher found =
                GOES_ON.matcher(signedIn.then().statusCode(200).extract().asString());
        assertThat(found.find()).as(signedIn.asString()).isTrue();
        return found.group(1);
    }

    private static ValidatableResponse refused(Response answer, int status, String why) {
        return answer.then()
                .statusCode(status)
                .contentType("text/html")
                .body(containsString(why))
                .body(containsString("with your key"))
                .header("Set-Cookie", not(containsString("writ-console=")));
    }

    @Test
    void whoIsRegisteredIsSignedInWithTheirKeyAndGoesOn() {
        String key = register();
        Response begun = begin("test?to=%2Fconsole%2Flog");

        Response signedIn = back(answer(begun, Map.of()), begun.cookies());

        assertThat(goesOnTo(signedIn)).isEqualTo("/console/log");
        assertThat(browser(signedIn).page("/console/log")).contains(handle).contains("aria-current=\"page\"");
        assertThat(gateway.entries("kind=CONSOLE_SIGNED_IN&agent=" + handle))
                .hasSize(1)
                .first()
                .extracting(LogEntry::body)
                .satisfies(body -> {
                    assertThat(body).containsEntry("client", key);
                    assertThat(body.get("login"))
                            .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                            .containsEntry("issuer", url(TestIssuer.shared()))
                            .containsEntry("client", "console")
                            .containsEntry("acr", "gold")
                            .containsEntry("amr", List.of("pwd", "otp"))
                            .containsKey("authTime");
                    assertThat(body.toString()).doesNotContain(ann);
                });
    }

    @Test
    void aPublicClientOfAnIssuerThatDoesNotNameItselfSignsInToo() {
        register("public-console", url(TestIssuer.plain()), Map.of());
        Response begun = begin("plain");

        assertThat(browser(back(answer(begun, Map.of()), begun.cookies())).page("/console"))
                .contains(handle);
    }

    @Test
    void whatIsDoneThenIsTheKeysAndSaysHowItsHolderCame() {
        register(
                "console",
                url(TestIssuer.shared()),
                Map.of("roles", List.of("approver"), "groups", List.of("finance")));
        String call = gateway.agent()
                .call("bank.pay", Map.of("to", "acme", "amount", 250, "note", "x"))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        Browser browser = browser(signIn(Map.of()));

        browser.post("/console/approvals/" + call + "/view", Map.of()).then().statusCode(303);

        assertThat(gateway.entries("kind=APPROVAL_VIEWED&call=" + call))
                .hasSize(1)
                .first()
                .satisfies(entry -> assertThat(entry.body()).containsEntry("assurance", "oidc"));
    }

    @Test
    void whoeverIsNotRegisteredIsToldWhatToAskFor() {
        String markup = "<b>" + ann + "\u202e";
        Response answer = signIn(Map.of("as", markup));

        answer.then()
                .statusCode(403)
                .body(containsString("no live key is registered for you"))
                .body(containsString("&lt;b&gt;"))
                .body(containsString(ann))
                .body(containsString("U+202E"))
                .body(not(containsString("<b>")))
                .body(containsString(url(TestIssuer.shared())))
                .header("Set-Cookie", not(containsString("writ-console=")));
    }

    @Test
    void aKeyForAnotherClientOrIssuerOrOfAProgramIsNotTheirs() {
        register("other-console", url(TestIssuer.shared()), Map.of());
        register("console", url(TestIssuer.plain()), Map.of());
        signIn(Map.of()).then().statusCode(403).body(containsString("no live key"));

        String program = "robot-" + UUID.randomUUID();
        gateway.admin
                .post(
                        "/v1/keys",
                        Map.of(
                                "principal",
                                gateway.agent().name(),
                                "roles",
                                List.of("agent"),
                                "token",
                                Map.of("issuer", url(TestIssuer.shared()), "subject", program)))
                .then()
                .statusCode(201);
        signIn(Map.of("as", program)).then().statusCode(403).body(containsString("no live key"));
    }

    @Test
    void aRevokedKeyEndsTheSessionAndOpensNoOther() {
        String key = register();
        Browser browser = browser(signIn(Map.of()));
        browser.get("/console").then().statusCode(200);

        gateway.admin.request().delete("/v1/keys/" + key).then().statusCode(204);

        browser.get("/console").then().statusCode(303).header("Location", containsString("/console/sign-in"));
        signIn(Map.of()).then().statusCode(403).body(containsString("no live key"));
    }

    @Test
    void whatTheBrowserBringsBackIsForOneSignInAndTakenAway() {
        begin().then()
                .header("Set-Cookie", startsWith(COOKIE + "="))
                .header("Set-Cookie", containsString("HTTPOnly"))
                .header("Set-Cookie", containsString("SameSite=Lax"))
                .header("Set-Cookie", containsString("Max-Age=600"))
                .header("Set-Cookie", containsString("Path=/console/sign-in"));
        register();
        Response begun = begin();
        String location = answer(begun, Map.of());

        Response signedIn = back(location, begun.cookies());

        assertThat(signedIn.detailedCookie(COOKIE).getMaxAge()).isZero();
        assertThat(signedIn.detailedCookie(COOKIE).getValue()).isEmpty();
        refused(back(location, Map.of()), 403, "has not begun");
    }

    @Test
    void fromElsewhereTheCookieIsForTlsAloneAndPeopleComeBackToTheGatewaysAddress() {
        Response begun =
                given().redirects().follow(false).header("Host", "evil.example").get("/console/sign-in/test");

        begun.then()
                .header("Set-Cookie", startsWith("__Host-writ-sign-in="))
                .header("Set-Cookie", containsString("; Secure"))
                .header("Set-Cookie", containsString("; Path=/;"));
        assertThat(at(begun))
                .contains("redirect_uri=http%3A%2F%2Fwrit.example.com%2Fconsole%2Fsign-in%2Ftest%2Fcallback")
                .doesNotContain("evil");
    }

    @Test
    void theCodeIsTakenOnce() {
        register();
        Response begun = begin();
        String location = answer(begun, Map.of());
        back(location, begun.cookies()).then().statusCode(200);

        refused(back(location, begun.cookies()), 403, "did not take the code (invalid_grant)");
    }

    @Test
    void aCodeOfAnotherSignInIsWorthNothing() {
        register();
        Response stolen = begin();
        String theirs = answer(stolen, Map.of());
        Response begun = begin();
        String mine = answer(begun, Map.of());
        String mixed = mine.replaceAll(
                "code=[^&]+", Matcher.quoteReplacement(theirs.replaceAll(".*[?&](code=[^&]+).*", "$1")));

        refused(back(mixed, begun.cookies()), 403, "did not take the code (invalid_grant)");
    }

    @Test
    void theStateOfAnotherBrowserIsRefused() {
        register();
        Response attackers = begin();
        Response victims = begin();

        refused(back(answer(attackers, Map.of()), victims.cookies()), 403, "not the one that was begun last");
        refused(back(answer(begin(), Map.of()), Map.of()), 403, "has not begun");
        refused(back(answer(begin(), Map.of()), Map.of(COOKIE, "AAAA")), 403, "has not begun");
    }

    @Test
    void whatASessionIsSealedAsIsNoSignIn() {
        register();
        String session = Objects.requireNonNull(signIn(Map.of()).cookie("writ-console"));
        Response begun = begin();

        refused(back(answer(begun, Map.of()), Map.of(COOKIE, session)), 403, "has not begun");
        given().redirects()
                .follow(false)
                .cookie("writ-console", begun.cookie(COOKIE))
                .get("/console")
                .then()
                .statusCode(303);
    }

    @Test
    void theAnswerOfOneIssuerIsNotTakenForAnothers() {
        register("public-console", url(TestIssuer.plain()), Map.of());
        Response begun = begin("plain");

        refused(
                back(answer(begun, Map.of()).replace("/sign-in/plain/", "/sign-in/test/"), begun.cookies()),
                403,
                "has not begun");
        refused(signIn(Map.of("iss", "https://evil.example")), 403, "not of the issuer");
        refused(signIn(Map.of("iss", "")), 403, "not of the issuer");
        Response other = begin("plain");
        refused(
                back(answer(other, Map.of("iss", url(TestIssuer.shared()))), other.cookies()),
                403,
                "not of the issuer");
    }

    @Test
    void anIdTokenThatIsNotForThisSignInIsRefused() {
        register();
        refused(signIn(Map.of("claims", "{\"nonce\":\"other\"}")), 401, "another sign-in");
        refused(signIn(Map.of("claims", "{\"aud\":\"other\"}")), 401, "audience");
        refused(signIn(Map.of("claims", "{\"azp\":\"other\"}")), 401, "another client");
        refused(signIn(Map.of("claims", "{\"exp\":1700000000}")), 401, "expired");
        refused(signIn(Map.of("claims", "{\"iss\":\"https://evil.example\"}")), 401, "not the one that was asked");
        refused(signIn(Map.of("claims", "{\"at_hash\":\"AAAA\"}")), 401, "at_hash");
        refused(signIn(Map.of("signer", "stranger")), 401, "signature");
    }

    @Test
    void whatTheIssuerSaysIsShownAsText() {
        Response begun = begin();
        String location = answer(
                begun,
                Map.of("error", "access_denied", "error_description", "<script>alert(1)</script>\u202e not you"));

        refused(back(location, begun.cookies()), 403, "access_denied")
                .body(containsString("&lt;script&gt;"))
                .body(containsString("U+202E"))
                .body(not(containsString("<script>alert")));
        refused(back(location, begin().cookies()), 403, "not the one that was begun last")
                .body(not(containsString("alert(1)")));
    }

    @Test
    void anIssuerThatMisbehavesSignsNobodyIn() {
        register();
        refused(signIn(Map.of("tokens", "huge")), 503, "cannot be asked now");
        refused(signIn(Map.of("tokens", "<html>")), 403, "did not take the code (status 200)");
        refused(signIn(Map.of("tokens", "{}")), 403, "no ID token");
        refused(begin("away"), 503, "cannot be asked now");
        refused(begin("nowhere"), 404, "Nobody signs in there");
    }

    @Test
    void afterSigningInOneIsNotSentElsewhere() {
        register();
        for (String to : List.of(
                "%2F%2Fevil.example",
                "https:%2F%2Fevil.example%2Fconsole",
                "%2Fconsole%2F..%2Fv1",
                "%2Fconsole%2F.%252E",
                "%2Fconsole%2Fsign-in%2Ftest",
                "%2Fconsole%3F%22%3E",
                "%2Fconsole%2F" + "long".repeat(400))) {
            Response begun = begin("test?to=" + to);
            assertThat(goesOnTo(back(answer(begun, Map.of()), begun.cookies()))).isEqualTo("/console");
        }
    }

    @Test
    void nobodyIsSentOffByAnotherSite() {
        for (String site : List.of("cross-site", "same-site")) {
            given().redirects()
                    .follow(false)
                    .urlEncodingEnabled(false)
                    .header("Sec-Fetch-Site", site)
                    .get("/console/sign-in/test?to=%2Fconsole%2Flog")
                    .then()
                    .statusCode(303)
                    .header("Location", containsString("/console/sign-in?to=%2Fconsole%2Flog"))
                    .header("Set-Cookie", nullValue());
        }
    }

    @Test
    void whoeverIsSignedInIsNotAskedAgain() {
        register();
        Browser browser = browser(signIn(Map.of()));

        browser.request()
                .urlEncodingEnabled(false)
                .get("/console/sign-in/test?to=%2Fconsole%2Flog")
                .then()
                .statusCode(303)
                .header("Location", containsString("/console/log"));
    }

    @Test
    void whoeverIsNobodyHereCanLogInThereAsSomebodyElse() {
        signIn(Map.of()).then().statusCode(403).body(containsString("/console/sign-in/test?again=true&amp;to="));

        assertThat(at(begin("test?again=true"))).contains("&prompt=login");
        assertThat(at(begin())).doesNotContain("prompt");
    }

    @Test
    void thePageOffersIssuersByTheirLabels() {
        given().urlEncodingEnabled(false)
                .get("/console/sign-in?to=%2Fconsole%2Flog")
                .then()
                .statusCode(200)
                .body(containsString("href=\"/console/sign-in/test?to=%2Fconsole%2Flog\""))
                .body(containsString("Sign in with Test &amp; Sons"))
                .body(containsString("Sign in with plain"));
    }

    @Test
    void secretsOfASignInAreInNoLogLine() {
        register();
        Response begun = begin();
        String location = answer(begun, Map.of());
        back(location, begun.cookies()).then().statusCode(200);
        back(location, begun.cookies()).then().statusCode(403);

        String code = location.replaceAll(".*[?&]code=([^&]+).*", "$1");
        assertThat(Bank.shared().logLines())
                .doesNotContain(code)
                .doesNotContain(ann)
                .doesNotContain("not-a-secret");
    }
}
