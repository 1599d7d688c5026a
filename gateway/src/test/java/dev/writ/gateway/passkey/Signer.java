package dev.writ.gateway.passkey;

import dev.writ.audit.Authenticator;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.restassured.response.Response;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/** An approver with an authenticator in hand. */
record Signer(Client client, Authenticator authenticator) {

    /** One whose passkey counts. */
    static Signer live(Fixture fixture, String name, Authenticator authenticator, String... groups) {
        Signer signer = unregistered(fixture, name, authenticator, groups);
        signer.register().then().log().ifValidationFails().statusCode(201);
        signer.confirmBy(fixture.reviewer).then().log().ifValidationFails().statusCode(200);
        return signer;
    }

    static Signer unregistered(Fixture fixture, String name, Authenticator authenticator, String... groups) {
        return new Signer(
                fixture.approver(name + "-" + UUID.randomUUID().toString().substring(0, 8), groups), authenticator);
    }

    /** The same person with another authenticator. */
    Signer with(Authenticator other) {
        return new Signer(client, other);
    }

    String id() {
        return authenticator.key().id();
    }

    Response register() {
        return register(authenticator.create(creationChallenge()));
    }

    String creationChallenge() {
        return client.post("/v1/passkeys/challenges", Map.of())
                .then()
                .statusCode(200)
                .extract()
                .path("publicKey.challenge");
    }

    Response register(JsonObject credential) {
        return client.post(
                "/v1/passkeys",
                JsonObject.builder()
                        .put("name", "a key of " + client.name())
                        .put("credential", credential)
                        .build()
                        .toJson());
    }

    Response confirmBy(Client somebody) {
        return somebody.post("/v1/passkeys/" + id() + "/confirm", Map.of());
    }

    Response revokeBy(Client somebody) {
        return somebody.request().delete("/v1/passkeys/" + id());
    }

    String state() {
        return Stream.of("", "?state=revoked")
                .map(which -> client.get("/v1/passkeys" + which)
                        .then()
                        .statusCode(200)
                        .extract()
                        .<String>path("items.find { it.id == '" + id() + "' }.state"))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("none");
    }

    /** What there is to sign. */
    JsonObject challenge(String call) {
        return json(client.get("/v1/approvals/" + call + "/challenge")
                .then()
                .log()
                .ifValidationFails()
                .statusCode(200)
                .extract()
                .response());
    }

    JsonObject sign(JsonObject challenge) {
        return authenticator.get(
                challenge.object("publicKey").orElseThrow().text("challenge").orElseThrow());
    }

    /** Signs what there is to sign, and approves. */
    Response approve(String call) {
        JsonObject challenge = challenge(call);
        return approve(call, sign(challenge), challenge.object("statement").orElseThrow());
    }

    Response approve(String call, JsonValue assertion, JsonValue statement) {
        return client.post(
                "/v1/approvals/" + call + "/approve",
                JsonObject.builder()
                        .put("reason", "checked")
                        .put("assertion", assertion)
                        .put("statement", statement)
                        .build()
                        .toJson());
    }

    static JsonObject json(Response response) {
        return (JsonObject) JsonValue.parse(response.asString());
    }
}
