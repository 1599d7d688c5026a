package dev.writ.gateway.catalog;

import dev.writ.audit.Entry;
import dev.writ.audit.MasterKey;
import dev.writ.audit.Recorded;
import dev.writ.connect.testkit.RecordingConnector;
import dev.writ.gateway.origin.Provenance;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A connector with two tools, in every form that it takes on its way into the catalog. */
final class Bank {

    static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    static final InstantSource CLOCK = InstantSource.fixed(NOON);
    static final MasterKey MASTER = MasterKey.of(new byte[32]);
    static final ToolName PAY = ToolName.parse("bank.pay");
    static final ToolName BALANCE = ToolName.parse("bank.balance");
    static final HeaderCredential CREDENTIAL = new HeaderCredential("Authorization", "Bearer canary-7f3a9b2c");

    private Bank() {}

    static ToolDefinition pay() {
        return new ToolDefinition(PAY, "bank", "Pays", json("""
                {"type": "object", "additionalProperties": false, "properties": {"amount": {"type": "number"}}}
                """), false);
    }

    static ToolDefinition balance() {
        return new ToolDefinition(
                BALANCE, "bank", "Tells", json("{\"type\": \"object\", \"additionalProperties\": false}"), true);
    }

    static RecordingConnector connector(ToolDefinition... tools) {
        return new RecordingConnector("bank", List.of(tools), CLOCK);
    }

    static RecordingConnector connector() {
        return connector(pay(), balance());
    }

    static ConnectorSettings settings() {
        return settings("https://bank.example/v1");
    }

    static ConnectorSettings settings(String baseUrl) {
        return new ConnectorSettings(
                "bank",
                "http",
                URI.create(baseUrl),
                "openapi: 3.1.0",
                false,
                Set.of("pay"),
                Delivery.DEFAULT,
                Map.of(BALANCE, new Extracts(List.of(Extract.of("amount", "$.amount", 100)))),
                Map.of(BALANCE, Set.of("untrusted")),
                Map.of(BALANCE, new Provenance(List.of("$.amount"), List.of())),
                Map.of(),
                Duration.ofSeconds(5),
                1024,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static OpenConnector open(RecordingConnector connector) {
        return OpenConnector.check(settings(), connector, List.of(), 10).fold(Preparation.Ready::connector, refused -> {
            throw new AssertionError(refused.problems());
        });
    }

    static SealedCredential sealed() {
        return SealedCredential.seal("bank", Secrets.of(CREDENTIAL), MASTER, new SecureRandom());
    }

    static Recorded registered(long index, SealedCredential sealed) {
        return recorded(
                index, ConnectorEntries.REGISTERED, ConnectorEntries.registered(open(connector()), sealed.digest()));
    }

    static Recorded removed(long index) {
        return recorded(index, ConnectorEntries.REMOVED, ConnectorEntries.removed("bank"));
    }

    static Recorded recorded(long index, String kind, JsonObject body) {
        Entry entry = new Entry(kind, NOON, List.of(), Set.of(), Map.of(), body, "writ", List.of());
        return new Recorded(index, Digest.of(("leaf " + index).getBytes(StandardCharsets.UTF_8)), entry);
    }

    static StoredConnector row(Recorded entry, SealedCredential sealed) {
        return row(entry, settings(), sealed);
    }

    static StoredConnector row(Recorded entry, ConnectorSettings settings, SealedCredential sealed) {
        return new StoredConnector(settings.toJson().toJson(), sealed.text(), entry.index(), entry::equals);
    }

    static JsonObject json(String text) {
        return (JsonObject) JsonValue.parse(text);
    }
}
