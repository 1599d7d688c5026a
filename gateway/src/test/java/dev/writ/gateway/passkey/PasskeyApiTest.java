package dev.writ.gateway.passkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Authenticator;
import dev.writ.audit.PasskeyKey;
import dev.writ.audit.Recorded;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.model.JsonObject;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@WritTest
class PasskeyApiTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Fixture fixture = Bank.shared().fixture();

    @Inject
    AuditReader reader;

    @Inject
    GovernedState governed;

    @Inject
    PasskeyRows rows;

    @Inject
    PasskeyConfig config;

    private Signer somebody() {
        return somebody(Authenticator.es256());
    }

    private Signer somebody(Authenticator authenticator) {
        return Signer.unregistered(fixture, "olga", authenticator, "finance");
    }

    private Signer live() {
        return Signer.live(fixture, "olga", Authenticator.es256(), "finance");
    }

    private static void assertRefused(Response refused, int status, String said) {
        refused.then()
                .log()
                .ifValidationFails()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("detail", containsString(said));
    }

    /** As a replica that starts now would know it. */
    private Optional<Passkey> reloaded(Signer signer) {
        Passkeys fresh = new Passkeys(governed, reader, rows, config);
        fresh.load().await().atMost(PATIENCE);
        return fresh.find(signer.id());
    }

    @ParameterizedTest
    @ValueSource(ints = {PasskeyKey.ES256, PasskeyKey.EDDSA, PasskeyKey.RS256})
    void aPasskeyCountsOnceSomebodyElseHasConfirmedIt(int algorithm) {
        Signer olga = somebody(Authenticator.of(algorithm));

        olga.register()
                .then()
                .log()
                .ifValidationFails()
                .statusCode(201)
                .header("Location", containsString("/v1/passkeys/" + olga.id()))
                .body("state", equalTo("unconfirmed"))
                .body("algorithm", equalTo(algorithm))
                .body("owner", equalTo(olga.client().name()));
        olga.confirmBy(fixture.admin).then().statusCode(200).body("confirmed.by", equalTo("root"));

        assertThat(olga.state()).isEqualTo("live");
        assertThat(reloaded(olga)).map(Passkey::state).contains(Passkey.State.LIVE);
    }

    @Test
    void nobodyConfirmsTheirOwn() {
        Client both = fixture.admin.issue(
                "olga-" + UUID.randomUUID(),
                Map.of("roles", List.of("approver", "reviewer"), "groups", List.of("finance")));
        Signer olga = new Signer(both, Authenticator.es256());
        olga.register().then().statusCode(201);

        assertRefused(olga.confirmBy(both), 403, "Somebody else confirms it");
        assertRefused(olga.confirmBy(fixture.approver("mallory", "finance")), 403, "admin or reviewer");
        assertThat(olga.state()).isEqualTo("unconfirmed");
    }

    @Test
    void nobodyConfirmsTheirOwnUnderAnotherName() {
        String person = "olga-" + UUID.randomUUID() + "@example.com";
        Client approver = fixture.admin.issue(
                "olga-" + UUID.randomUUID(),
                Map.of("roles", List.of("approver"), "groups", List.of("finance"), "person", person));
        Client reviewer = fixture.admin.issue(
                "olga-" + UUID.randomUUID(), Map.of("roles", List.of("reviewer"), "person", person));
        Signer olga = new Signer(approver, Authenticator.es256());
        olga.register().then().log().ifValidationFails().statusCode(201);

        assertRefused(olga.confirmBy(reviewer), 403, "Somebody else confirms it");
    }

    @Test
    void nobodyConfirmsTheirOwnWithAKeyThatOnlyOthersTellWhoseItIs() {
        String person = "olga-" + UUID.randomUUID() + "@example.com";
        Signer olga = Signer.unregistered(fixture, "olga", Authenticator.es256(), "finance");
        Client reviewer = fixture.admin.issue("rita-" + UUID.randomUUID(), List.of("reviewer"), List.of());
        olga.register().then().log().ifValidationFails().statusCode(201);
        for (Client one : List.of(olga.client(), reviewer)) {
            fixture.admin.issue(
                    one.name(), Map.of("roles", List.of("approver"), "groups", List.of("x"), "person", person));
        }

        assertRefused(olga.confirmBy(reviewer), 403, "Somebody else confirms it");
    }

    @Test
    void anotherPasskeyOfTheSameApproverConfirmsIt() {
        Signer olga = live();
        Signer second = olga.with(Authenticator.of(PasskeyKey.EDDSA));
        second.register().then().statusCode(201);
        JsonObject challenge = Signer.json(olga.client().get("/v1/passkeys/" + second.id() + "/challenge"));
        JsonObject statement = challenge.object("statement").orElseThrow();

        assertRefused(confirm(second, second.sign(challenge), statement), 403, "none of your passkeys");
        assertRefused(confirm(second, Authenticator.es256().get("AAAA"), statement), 403, "none of your passkeys");
        confirm(second, olga.sign(challenge), statement)
                .then()
                .log()
                .ifValidationFails()
                .statusCode(200);
        assertThat(second.state()).isEqualTo("live");
        assertRefused(confirm(second, olga.sign(challenge), statement), 409, "live already");
        assertThat(reloaded(olga)).isPresent();
    }

    private static Response confirm(Signer signer, JsonObject assertion, JsonObject statement) {
        return signer.client()
                .post(
                        "/v1/passkeys/" + signer.id() + "/confirm",
                        JsonObject.builder()
                                .put("assertion", assertion)
                                .put("statement", statement)
                                .build()
                                .toJson());
    }

    @Test
    void refusesWhatWasMadeElsewhereOrForSomebodyElse() {
        Map<UnaryOperator<Authenticator>, String> lies = Map.of(
                authenticator -> authenticator.at("https://evil.example"),
                "another page",
                authenticator -> authenticator.at(Authenticator.ORIGIN + ":443"),
                "another page",
                Authenticator::inFrame,
                "frame",
                authenticator -> authenticator.forParty("evil.example"),
                "does not answer",
                Authenticator::withoutVerification,
                "does not answer",
                Authenticator::withoutPresence,
                "does not answer",
                authenticator -> authenticator.saying("payment."),
                "does not answer");
        lies.forEach((lie, said) ->
                assertRefused(somebody(lie.apply(Authenticator.es256())).register(), 403, said));
        Signer olga = somebody();
        assertRefused(olga.register(olga.authenticator().create("AAAA")), 403, "does not answer a challenge");
        assertRefused(
                olga.register(olga.authenticator().create(somebody().creationChallenge())), 403, "challenge of yours");
    }

    @Test
    void aCredentialIsRegisteredOnce() {
        Signer olga = somebody();
        olga.register().then().statusCode(201);

        assertRefused(olga.register(), 409, "done already");
        assertRefused(somebody(olga.authenticator()).register(), 409, "done already");
    }

    @Test
    void refusesMoreThanAnyoneNeeds() {
        Signer olga = somebody();
        for (int i = 0; i < Registrations.MOST; i++) {
            olga.with(Authenticator.es256()).register().then().statusCode(201);
        }

        assertRefused(olga.register(), 409, "Revoke one");
    }

    @Test
    void refusesMalformedCredentialsWithoutBreaking() {
        Signer olga = somebody();
        byte[] good = olga.authenticator().attestationObject();
        for (byte[] bad : List.of(
                new byte[0],
                new byte[] {(byte) 0xff},
                new byte[] {(byte) 0x5b, 0x7f, -1, -1, -1, -1, -1, -1, -1},
                new byte[] {(byte) 0x9f, (byte) 0x9f, (byte) 0x9f},
                "a3".repeat(5_000).getBytes(StandardCharsets.US_ASCII),
                new byte[20_000],
                Arrays.copyOf(good, good.length - 1))) {
            olga.register(olga.authenticator().create(olga.creationChallenge(), bad))
                    .then()
                    .log()
                    .ifValidationFails()
                    .statusCode(400);
        }
        for (String body : List.of(
                "{}",
                "{\"name\":\"x\"}",
                "{\"name\":\"x\",\"credential\":{}}",
                "{\"name\":\"x\",\"credential\":{\"response\":7}}",
                "{\"name\":\"x\",\"credential\":[]}",
                "{\"name\":\"\",\"credential\":{}}")) {
            olga.client().post("/v1/passkeys", body).then().statusCode(400);
        }
        assertRefused(
                olga.client()
                        .post(
                                "/v1/passkeys",
                                JsonObject.builder()
                                        .put("name", "a\u202Eb")
                                        .put("credential", olga.authenticator().create(olga.creationChallenge()))
                                        .build()
                                        .toJson()),
                400,
                "invisible");
    }

    @Test
    void isRevokedByItsOwnerOrAnAdministratorOnly() {
        Signer olga = live();
        Client other = fixture.approver("other-" + UUID.randomUUID(), "finance");

        olga.revokeBy(other).then().statusCode(404);
        olga.revokeBy(fixture.auditor).then().statusCode(403);
        assertThat(olga.state()).isEqualTo("live");
        olga.revokeBy(olga.client()).then().statusCode(204);
        olga.revokeBy(fixture.admin).then().statusCode(204);
        assertThat(olga.state()).isEqualTo("revoked");
        assertRefused(olga.confirmBy(fixture.reviewer), 409, "revoked already");
    }

    @Test
    void whatWasRevokedIsReadFromTheLogWhenSomebodyAsks() {
        Signer olga = live();
        Signer other = live();
        olga.revokeBy(olga.client()).then().statusCode(204);
        other.revokeBy(other.client()).then().statusCode(204);

        olga.client().get("/v1/passkeys").then().body("items.size()", equalTo(0));
        olga.client()
                .get("/v1/passkeys?state=revoked")
                .then()
                .statusCode(200)
                .body("items.id", equalTo(List.of(olga.id())))
                .body("items[0].state", equalTo("revoked"))
                .body("items[0].registered.by", equalTo(olga.client().name()))
                .body("items[0].confirmed.by", equalTo(fixture.reviewer.name()))
                .body("items[0].revoked.by", equalTo(olga.client().name()));
        List<String> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonPath page = fixture.reviewer
                    .get("/v1/passkeys?state=revoked&limit=2" + cursor)
                    .jsonPath();
            all.addAll(page.getList("items.id"));
            cursor = page.getString("next") == null ? "" : "&cursor=" + page.getString("next");
        } while (!cursor.isEmpty());
        assertThat(all).contains(olga.id(), other.id()).doesNotHaveDuplicates();
        olga.client().get("/v1/passkeys?state=live").then().statusCode(400);
    }

    @Test
    void nobodyKeepsInMemoryWhatWasRevoked() {
        Signer olga = live();
        Passkeys follower = new Passkeys(governed, reader, rows, config);
        List<Recorded> since = new ArrayList<>(revoked(olga));
        // They arrive while others are loaded.
        since.forEach(follower::onEntry);
        follower.load().await().atMost(PATIENCE);
        since.forEach(follower::onEntry);

        assertThat(follower.find(olga.id())).isEmpty();
        assertThat(follower.of(olga.client().name())).isEmpty();
        assertThat(follower.isRevokedAfter(olga.id(), List.of())).isTrue();
        assertThat(follower.read(olga.id()).await().atMost(PATIENCE))
                .map(Passkey::state)
                .contains(Passkey.State.REVOKED);
        assertThat(reloaded(olga)).isEmpty();
    }

    /** All that the log says of it, once it is revoked. */
    private List<Recorded> revoked(Signer signer) {
        signer.revokeBy(signer.client()).then().statusCode(204);
        return PasskeyEntries.keys(signer.id()).stream()
                .map(key -> reader.byKey(key).await().atMost(PATIENCE).orElseThrow())
                .toList();
    }

    @Test
    void approversSeeTheirOwnAndReviewersAll() {
        Signer olga = live();
        Signer other = live();

        olga.client().get("/v1/passkeys?limit=1000").then().body("items.id", equalTo(List.of(olga.id())));
        fixture.reviewer
                .get("/v1/passkeys?limit=1000")
                .then()
                .body("items.id", hasItem(olga.id()))
                .body("items.id", hasItem(other.id()));
        fixture.agent().get("/v1/passkeys").then().statusCode(403);
    }

    @Test
    void aNewOneIsNotMadeWhereThereIsOneAlready() {
        Signer olga = live();
        olga.client()
                .post("/v1/passkeys/challenges", Map.of())
                .then()
                .body(
                        "publicKey.excludeCredentials.id",
                        equalTo(List.of(olga.authenticator().key().credential())))
                .body("publicKey.authenticatorSelection.userVerification", equalTo("required"))
                .body("publicKey.rp.id", equalTo(Authenticator.RP_ID))
                .body("publicKey.attestation", equalTo("none"))
                .body("publicKey.pubKeyCredParams.alg", hasItem(-7))
                .body("publicKey.pubKeyCredParams.alg", not(hasItem(-35)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public_key = 'AAAA'",
                "owner = 'mallory'",
                "state = 'live'",
                "rp_id = 'evil.example'",
                "entry_index = 0",
                "entry_hash = ''"
            })
    void aRowThatDoesNotSayWhatItsEntrySaysIsNotUsed(String change) {
        Signer olga = somebody();
        olga.register().then().statusCode(201);
        assertThat(reloaded(olga)).isPresent();
        try (Superuser superuser = Superuser.connect()) {
            superuser.execute("UPDATE writ.passkey SET " + change + " WHERE id = '" + olga.id() + "'");
        }

        assertThat(reloaded(olga)).isEmpty();
        try (Superuser superuser = Superuser.connect()) {
            superuser.execute("DELETE FROM writ.passkey WHERE id = '" + olga.id() + "'");
        }
    }
}
