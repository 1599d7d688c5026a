package dev.writ.gateway.passkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Authenticator;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.audit.SignedApproval;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.Upstream;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.approval.ApprovalKinds;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

@WritTest
class SignedApprovalApiTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A connector of its own: what is paid through it has to be signed for. */
    private static final class Vault {
        static final String NAME = "vault" + Math.abs(System.nanoTime() % 1_000_000);

        static String digest;

        static {
            Bank bank = Bank.shared();
            bank.fixture().register(NAME, bank.upstream().url());
            digest = bank.fixture().activate(NAME, rules(""));
        }
    }

    @AfterAll
    static void leaveNoPolicy() {
        Bank.shared().fixture().deactivate(Vault.digest);
    }

    private final Fixture fixture = Bank.shared().fixture();
    private final Client agent = fixture.agent();

    @Inject
    AuditReader reader;

    @Inject
    GovernedState governed;

    @Inject
    PasskeyRows rows;

    @Inject
    PasskeyConfig config;

    private static String rules(String approvals) {
        return """
                rule "NAME payment"
                when
                    ToolCall( tool == "NAME.pay", number("amount") <= 100 )
                then
                    escalate("payments are signed for").to("finance").within("4h").signed();
                end

                rule "NAME large payment"
                when
                    ToolCall( tool == "NAME.pay", number("amount") > 100 )
                then
                    escalate("large payments are signed for twice").to("finance").approvals(2).within("4h").signed();
                end
                """.replace("NAME", Vault.NAME) + approvals;
    }

    /** A call that waits for one signed approval. */
    private String waiting() {
        return waiting(48);
    }

    private String waiting(int amount) {
        fixture.awaitPolicyAndTool(agent, Vault.NAME + ".pay");
        return agent.call(Vault.NAME + ".pay", Map.of("to", "DE1", "amount", amount))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(202)
                .extract()
                .path("id");
    }

    private Signer signer() {
        return signer(Authenticator.es256());
    }

    private Signer signer(Authenticator authenticator) {
        return Signer.live(fixture, "sam", authenticator, "finance");
    }

    private static void assertUnrecorded(Response refused, int status, String said) {
        refused.then()
                .log()
                .ifValidationFails()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("detail", containsString(said))
                .body("detail", containsString("othing was recorded"));
    }

    private List<Recorded> entries(String call) {
        return reader.ofCall(call, ApprovalKinds.ALL).await().atMost(PATIENCE);
    }

    private Entry entry(String call, String kind) {
        return entries(call).stream()
                .map(Recorded::entry)
                .filter(entry -> entry.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private Recorded control(String kind, String id) {
        int index = fixture.entries("kind=" + kind).stream()
                .filter(entry -> id.equals(entry.body().get("id")))
                .findFirst()
                .orElseThrow()
                .index();
        return reader.at(index).await().atMost(PATIENCE).orElseThrow();
    }

    private static JsonObject with(JsonObject json, String member, JsonValue value) {
        JsonObject.Builder changed = JsonObject.builder();
        json.members().forEach(changed::put);
        return changed.put(member, value).build();
    }

    @Test
    void aSignedApprovalLetsTheCallRunAndIsCheckedFromTheLogAlone() {
        Signer sam = signer();
        String call = waiting();

        sam.approve(call).then().log().ifValidationFails().statusCode(200).body("state", equalTo("approved"));

        agent.ended(call).then().statusCode(200);
        SignedApproval approval = SignedApproval.of(entry(call, "APPROVAL_GRANTED"));
        approval.requireAbout(before(call));
        Recorded registered = control("PASSKEY_REGISTERED", sam.id());
        approval.requireRegistered(registered.index(), registered.entry());
        Recorded confirmed = control("PASSKEY_CONFIRMED", sam.id());
        approval.requireConfirmed(confirmed.index(), confirmed.entry());
        assertThat(approval.signed()
                        .statement()
                        .array("policies")
                        .map(JsonArray::texts)
                        .orElseThrow())
                .isNotEmpty();
        sam.client().get("/v1/approvals/" + call).then().body("grants[0].passkey", equalTo(sam.id()));
    }

    /** What the log says of that call below its first approval. */
    private List<Entry> before(String call) {
        return entries(call).stream()
                .map(Recorded::entry)
                .takeWhile(entry -> !entry.kind().equals("APPROVAL_GRANTED"))
                .toList();
    }

    @Test
    void whatWasChangedAndAskedAboutIsCheckedAsItWasApproved() {
        Signer sam = signer();
        String call = waiting();
        String path = "/v1/approvals/" + call;
        String view = sam.client().get(path).path("viewDigest");
        sam.client()
                .post(
                        path + "/edit",
                        Map.of("arguments", Map.of("to", "DE1", "amount", 47), "reason", "less", "view", view))
                .then()
                .statusCode(200);
        sam.client()
                .post(path + "/clarify", Map.of("question", "what for?"))
                .then()
                .statusCode(200);
        sam.client().post(path + "/view", Map.of()).then().statusCode(200);

        sam.approve(call).then().log().ifValidationFails().statusCode(200).body("state", equalTo("approved"));

        assertThat(before(call)).extracting(Entry::kind).contains("APPROVAL_EDITED", "APPROVAL_ASKED");
        SignedApproval.of(entry(call, "APPROVAL_GRANTED")).requireAbout(before(call));
    }

    @Test
    void whoeverSignsForSomebodyElseSignsThat() {
        Signer sam = Signer.live(fixture, "sam", Authenticator.es256(), "legal");
        Client fay = fixture.approver("fay-" + UUID.randomUUID(), "finance");
        String id = fay.post(
                        "/v1/delegations",
                        Map.of(
                                "to",
                                sam.client().name(),
                                "groups",
                                List.of("finance"),
                                "until",
                                Instant.now().plusSeconds(600).toString(),
                                "reason",
                                "on leave"))
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        await().atMost(PATIENCE)
                .until(() -> sam.client()
                        .get("/v1/delegations")
                        .<List<String>>path("items.id")
                        .contains(id));
        String call = waiting();

        sam.approve(call).then().log().ifValidationFails().statusCode(200);

        SignedApproval approval = SignedApproval.of(entry(call, "APPROVAL_GRANTED"));
        approval.requireAbout(before(call));
        approval.requireLent(control("DELEGATION_CREATED", id).entry());
        assertThat(approval.delegations()).containsExactly(id);
        assertThat(approval.signed().statement().toJson()).contains("\"for\":\"" + fay.name() + "\"");
    }

    @Test
    void theChallengeIsOfTheShapeThatBrowsersRead() {
        Signer sam = signer();
        sam.client()
                .get("/v1/approvals/" + waiting() + "/challenge")
                .then()
                .statusCode(200)
                .body("publicKey.rpId", equalTo(Authenticator.RP_ID))
                .body("publicKey.userVerification", equalTo("required"))
                .body(
                        "publicKey.allowCredentials.id",
                        equalTo(List.of(sam.authenticator().key().credential())))
                .body("publicKey.allowCredentials.type", equalTo(List.of("public-key")))
                .body("publicKey.challenge", notNullValue())
                .body("statement.decision", equalTo("approve"))
                .body("statement.approver", equalTo(sam.client().name()));
    }

    @Test
    void withoutASignatureItSaysHowToGetOne() {
        Signer sam = signer();
        String call = waiting();

        Response unsigned = sam.client().approve(call);

        assertUnrecorded(unsigned, 422, "GET /v1/approvals/" + call + "/challenge");
        unsigned.then().body("challenge", equalTo("/v1/approvals/" + call + "/challenge"));
        sam.client().get("/v1/approvals/" + call).then().body("requirements[0].signed", equalTo(true));
    }

    @Test
    void refusesWhatWasSignedElsewhereOrByNobody() {
        Map<UnaryOperator<Authenticator>, String> lies = Map.of(
                authenticator -> authenticator.at("https://evil.example"),
                "another page",
                authenticator -> authenticator.at(Authenticator.ORIGIN + ":8443"),
                "another page",
                authenticator -> authenticator.at(Authenticator.ORIGIN.replace("https", "HTTPS")),
                "another page",
                authenticator -> authenticator.forParty("evil.example"),
                "another relying party",
                Authenticator::withoutVerification,
                "did not verify its user",
                Authenticator::withoutPresence,
                "nobody was there",
                Authenticator::inFrame,
                "frame",
                authenticator -> authenticator.saying("payment."),
                "another type");
        String call = waiting();
        lies.forEach((lie, said) -> {
            Signer sam = signer();
            assertUnrecorded(sam.with(lie.apply(sam.authenticator())).approve(call), 403, said);
        });
    }

    @Test
    void refusesTheStatementOfAnotherCall() {
        Signer sam = signer();
        String one = waiting(41);
        String other = waiting(42);
        JsonObject challenge = sam.challenge(one);

        assertUnrecorded(
                sam.approve(
                        other,
                        sam.sign(challenge),
                        challenge.object("statement").orElseThrow()),
                409,
                "call, ");
        assertUnrecorded(
                sam.approve(
                        other,
                        sam.sign(challenge),
                        sam.challenge(other).object("statement").orElseThrow()),
                403,
                "omething else was signed");
    }

    @Test
    void refusesAnotherApproversPasskeyAndStatement() {
        Signer sam = signer();
        Signer mia = signer();
        String call = waiting();
        JsonObject challenge = mia.challenge(call);
        JsonObject statement = challenge.object("statement").orElseThrow();

        assertUnrecorded(mia.approve(call, sam.sign(challenge), statement), 403, "none of your passkeys");
        assertUnrecorded(sam.approve(call, sam.sign(challenge), statement), 409, "approver");
        assertUnrecorded(
                mia.approve(
                        call,
                        with(
                                sam.sign(challenge),
                                "id",
                                new JsonString(mia.authenticator().key().credential())),
                        statement),
                403,
                "not signed by this passkey");
    }

    @Test
    void refusesAPasskeyThatNobodyHasConfirmed() {
        Signer stolen = Signer.unregistered(fixture, "sam", Authenticator.es256(), "finance");
        stolen.register().then().statusCode(201);
        String call = waiting();

        assertUnrecorded(stolen.client().get("/v1/approvals/" + call + "/challenge"), 409, "no passkey that counts");

        Signer sam = signer();
        Signer planted = sam.with(Authenticator.es256());
        planted.register().then().statusCode(201);
        assertUnrecorded(planted.approve(call), 403, "none of your passkeys");
    }

    @Test
    void refusesARevokedPasskey() {
        Signer sam = signer();
        String call = waiting();
        JsonObject challenge = sam.challenge(call);
        sam.revokeBy(sam.client()).then().statusCode(204);

        assertUnrecorded(
                sam.approve(
                        call, sam.sign(challenge), challenge.object("statement").orElseThrow()),
                403,
                "none of your passkeys");
    }

    @Test
    void whatWasSignedWithAPasskeyThatIsRevokedDoesNotCountAnyMore() {
        Signer sam = signer();
        Signer mia = signer();
        Signer kim = signer();
        String call = waiting(480);
        sam.approve(call).then().statusCode(200).body("state", equalTo("open"));
        sam.revokeBy(fixture.admin).then().statusCode(204);

        mia.approve(call).then().statusCode(200).body("state", equalTo("open"));
        kim.approve(call).then().statusCode(200).body("state", equalTo("approved"));
        agent.ended(call).then().statusCode(200);
    }

    @Test
    void aPasskeyThatIsRevokedBeforeTheCallRunsTakesItsApprovalAlong() {
        Signer sam = signer();
        fixture.awaitPolicyAndTool(agent, Vault.NAME + ".pay");
        String key = UUID.randomUUID().toString();
        String call = forOthers(key).then().statusCode(202).extract().path("id");
        sam.approve(call).then().statusCode(200).body("state", equalTo("approved"));
        sam.revokeBy(sam.client()).then().statusCode(204);

        forOthers(key)
                .then()
                .log()
                .ifValidationFails()
                .statusCode(200)
                .body("decision.effect", equalTo("deny"))
                .body("decision.rule", equalTo("writ:not-approved"));
    }

    /** What the agent asks whether it may do it itself, and waits for. */
    private Response forOthers(String key) {
        return agent.call(
                Vault.NAME + ".pay",
                Map.of("to", "DE1", "amount", 12),
                Map.of("mode", "decide", "wait", true, "key", key));
    }

    @Test
    void refusesACounterThatDoesNotGoUp() {
        Signer sam = signer(Authenticator.es256().counting(5));
        sam.authenticator().counting(7);
        sam.approve(waiting(51)).then().statusCode(200);
        String call = waiting(52);

        assertUnrecorded(sam.approve(call), 403, "counter");
        sam.authenticator().counting(6);
        assertUnrecorded(sam.approve(call), 403, "counter");
        sam.authenticator().counting(0);
        assertUnrecorded(sam.approve(call), 403, "counter");
        sam.authenticator().counting(8);
        sam.approve(call).then().statusCode(200);
    }

    @Test
    void aReplicaThatStartsKnowsHowFarAPasskeyHasCounted() {
        Signer sam = signer(Authenticator.es256().counting(7));
        sam.authenticator().counting(9);
        sam.approve(waiting(53)).then().statusCode(200);
        Passkeys fresh = new Passkeys(governed, reader, rows, config);
        fresh.load().await().atMost(PATIENCE);
        assertThat(fresh.find(sam.id())).map(Passkey::counter).contains(9L);

        try (Superuser superuser = Superuser.connect()) {
            superuser.execute("UPDATE writ.passkey SET counter = 1 WHERE id = '" + sam.id() + "'");
            Passkeys deceived = new Passkeys(governed, reader, rows, config);
            deceived.load().await().atMost(PATIENCE);
            assertThat(deceived.find(sam.id())).isEmpty();
            superuser.execute("UPDATE writ.passkey SET counter = 9 WHERE id = '" + sam.id() + "'");
        }
    }

    @Test
    void refusesWhatWasSignedUnderAnotherPolicy() {
        Signer sam = signer();
        String call = waiting();
        JsonObject challenge = sam.challenge(call);
        Vault.digest = fixture.activate(Vault.NAME, rules("// changed\n"));

        Response late = sam.approve(
                call, sam.sign(challenge), challenge.object("statement").orElseThrow());

        assertUnrecorded(late, 409, "policies");
        sam.approve(call).then().statusCode(200).body("state", equalTo("approved"));
    }

    @Test
    void refusesWhatWasSignedOfAToolThatIsNotThereAsItWas() {
        Signer sam = signer();
        String name = "moved" + Math.abs(System.nanoTime() % 1_000_000);
        fixture.register(name, Bank.shared().upstream().url());
        String policy = fixture.activate(name, rules("").replace(Vault.NAME, name));
        fixture.awaitPolicyAndTool(agent, name + ".pay");
        String call = agent.call(name + ".pay", Map.of("to", "DE1", "amount", 1))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
        JsonObject challenge = sam.challenge(call);
        fixture.operator
                .post(
                        "/v1/connectors",
                        Map.of(
                                "name",
                                name,
                                "kind",
                                "http",
                                "baseUrl",
                                Bank.shared().upstream().url(),
                                "document",
                                Upstream.DOCUMENT.replace("amount", "sum"),
                                "allowPrivateAddresses",
                                true))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(anyOf(equalTo(200), equalTo(201)));

        assertUnrecorded(
                sam.approve(
                        call, sam.sign(challenge), challenge.object("statement").orElseThrow()),
                409,
                "not there any more as it was");
        fixture.deactivate(policy);
    }

    @Test
    void anApprovalCountsOnceHoweverOftenItIsSent() {
        Signer sam = signer();
        String call = waiting(480);
        JsonObject challenge = sam.challenge(call);
        JsonObject assertion = sam.sign(challenge);
        JsonObject statement = challenge.object("statement").orElseThrow();
        sam.approve(call, assertion, statement).then().statusCode(200);

        assertUnrecorded(sam.approve(call, assertion, statement), 409, "You have approved it already");
    }

    @Test
    void refusesAStatementThatWasNotMadeHere() {
        Signer sam = signer();
        String call = waiting();
        JsonObject challenge = sam.challenge(call);
        JsonObject statement = challenge.object("statement").orElseThrow();
        for (String member : statement.members().keySet()) {
            JsonObject forged = with(
                    statement,
                    member,
                    member.equals("expiresAt") ? new JsonString("2100-01-01T00:00:00Z") : new JsonString("x"));
            sam.approve(call, sam.sign(challenge), forged).then().statusCode(anyOf(equalTo(409), equalTo(400)));
        }
        assertUnrecorded(
                sam.approve(
                        call,
                        sam.sign(challenge),
                        with(statement, "expiresAt", new JsonString("2100-01-01T00:00:00Z"))),
                409,
                "not made here");
        assertThat(entries(call)).noneMatch(recorded -> recorded.entry().kind().equals("APPROVAL_GRANTED"));
    }

    @Test
    void refusesMalformedSignaturesWithoutBreaking() {
        Signer sam = signer();
        String call = waiting();
        JsonObject challenge = sam.challenge(call);
        JsonObject statement = challenge.object("statement").orElseThrow();
        JsonObject good = sam.sign(challenge);
        JsonObject response = good.object("response").orElseThrow();
        List<JsonValue> values = List.of(
                new JsonString(""),
                new JsonString("%%"),
                new JsonString("AAAA"),
                new JsonString("A".repeat(200_000)),
                JsonValue.parse("7"),
                JsonValue.parse("null"),
                JsonValue.parse("[]"),
                JsonObject.empty());
        for (String member : response.members().keySet()) {
            for (JsonValue value : values) {
                sam.approve(call, with(good, "response", with(response, member, value)), statement)
                        .then()
                        .log()
                        .ifValidationFails()
                        .statusCode(anyOf(equalTo(400), equalTo(403)));
            }
        }
        for (JsonValue value : values) {
            sam.approve(call, value, statement).then().statusCode(anyOf(equalTo(400), equalTo(403), equalTo(422)));
            sam.approve(call, good, value).then().statusCode(anyOf(equalTo(400), equalTo(422)));
        }
        sam.approve(call, good, statement).then().statusCode(200);
    }

    @Test
    void onlyThoseWhoMayApproveGetAChallenge() {
        String call = waiting();
        Signer stranger = Signer.live(fixture, "eve", Authenticator.es256(), "legal");

        stranger.client().get("/v1/approvals/" + call + "/challenge").then().statusCode(403);
        agent.get("/v1/approvals/" + call + "/challenge").then().statusCode(403);
        stranger.client().get("/v1/approvals/nothing/challenge").then().statusCode(404);
    }
}
