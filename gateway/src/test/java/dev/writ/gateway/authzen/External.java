package dev.writ.gateway.authzen;

import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import java.util.Map;
import java.util.UUID;

/** An application whose acts Writ decides on: a connector of its own, its rules, and a key to ask with. Gone when it is closed. */
record External(Fixture fixture, String name, String bundle, Client pep) implements AutoCloseable {

    /** @param rules with {@code %s} where the connector's name belongs */
    static External open(Fixture fixture, String document, String rules) {
        String name = "e" + UUID.randomUUID().toString().substring(0, 8);
        return open(fixture, name, document, rules.replace("%s", name));
    }

    static External open(Fixture fixture, String name, String document, String rules) {
        register(fixture, name, document);
        try {
            return new External(fixture, name, fixture.activate(name, rules), fixture.agent());
        } catch (AssertionError unusable) {
            remove(fixture, name);
            throw unusable;
        }
    }

    static External open(Fixture fixture, CertificationFixture certification) {
        String name = "e" + UUID.randomUUID().toString().substring(0, 8);
        return open(fixture, name, certification.document().toJson(), certification.rules(name));
    }

    /** Registers it, or registers it anew. */
    static void register(Fixture fixture, String name, String document) {
        fixture.operator
                .post("/v1/connectors", Map.of("name", name, "kind", "external", "document", document))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(anyOf(equalTo(201), equalTo(200)));
    }

    @Override
    public void close() {
        fixture.deactivate(bundle);
        remove(fixture, name);
    }

    private static void remove(Fixture fixture, String name) {
        fixture.operator.request().delete("/v1/connectors/" + name).then().statusCode(204);
    }
}
