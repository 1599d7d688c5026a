package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectorSettingsTest {

    @Test
    void readsBackWhatItWrote() {
        ConnectorSettings settings = Bank.settings();

        ConnectorSettings read = ConnectorSettings.fromJson(settings.toJson());

        assertThat(read.toJson()).isEqualTo(settings.toJson());
        assertThat(read.digest()).isEqualTo(settings.digest());
    }

    @Test
    void keepsTheDigestOfSettingsThatSayNothingOfEffects() {
        assertThat(Bank.settings().toJson().members()).doesNotContainKey("effects");
    }

    @Test
    void readsBackWhatItWroteOfEffects() {
        JsonObject effects = Bank.json("{\"bank.pay\": {\"risk\": \"high\", \"reversible\": false}}");
        Map<String, JsonValue> members =
                new LinkedHashMap<>(Bank.settings().toJson().members());
        members.put("effects", effects);

        ConnectorSettings read = ConnectorSettings.fromJson(new JsonObject(members));

        assertThat(read.effectsToJson()).isEqualTo(effects);
        assertThat(read.toJson()).isEqualTo(new JsonObject(members));
        assertThat(read.digest()).isNotEqualTo(Bank.settings().digest());
    }

    @Test
    void keepsTheDigestOfSettingsWithoutASandbox() {
        assertThat(Bank.settings().toJson().members()).doesNotContainKey("sandbox");
    }

    @Test
    void readsBackWhatItWroteOfASandbox() {
        Map<String, JsonValue> members =
                new LinkedHashMap<>(Bank.settings().toJson().members());
        members.put("sandbox", Bank.json("{\"baseUrl\": \"https://sandbox.bank.example/v1\"}"));

        ConnectorSettings read = ConnectorSettings.fromJson(new JsonObject(members));

        assertThat(read.toJson()).isEqualTo(new JsonObject(members));
        assertThat(read.digest()).isNotEqualTo(Bank.settings().digest());
        ConnectorSettings sandboxed = read.sandboxed().orElseThrow();
        assertThat(sandboxed.baseUrl()).hasHost("sandbox.bank.example");
        assertThat(sandboxed.document()).isEqualTo(read.document());
    }

    @Test
    void readsBackWhatItWroteOfACardWhichIsNotItsSandboxs() {
        Map<String, JsonValue> members =
                new LinkedHashMap<>(Bank.settings().toJson().members());
        assertThat(members).doesNotContainKey("card");
        members.put("sandbox", Bank.json("{\"baseUrl\": \"https://sandbox.bank.example/v1\"}"));
        members.put(
                "card", Bank.json("{\"url\": \"https://bank.example/card.json\", \"pinned\": {\"name\": \"bank\"}}"));

        ConnectorSettings read = ConnectorSettings.fromJson(new JsonObject(members));

        assertThat(read.toJson()).isEqualTo(new JsonObject(members));
        assertThat(read.sandboxed().flatMap(ConnectorSettings::card)).isEmpty();
    }

    @Test
    void aProgramAndItsSandboxShareNoFolder() {
        Map<String, JsonValue> members =
                new LinkedHashMap<>(Bank.settings().toJson().members());
        members.putAll(Bank.json("{\"kind\": \"mcp\", \"mcp\": {\"command\": [\"/usr/bin/bank\"]},"
                        + " \"sandbox\": {\"command\": [\"/usr/bin/bank\", \"--dry\"], \"env\": {\"A\": \"b\"}}}")
                .members());

        McpServer sandboxed = ConnectorSettings.fromJson(new JsonObject(members))
                .sandboxed()
                .flatMap(ConnectorSettings::mcp)
                .orElseThrow();

        assertThat(sandboxed.command()).containsExactly("/usr/bin/bank", "--dry");
        assertThat(sandboxed.environment()).containsEntry("A", "b");
        assertThat(sandboxed.folder()).contains("bank.sandbox");
    }

    @Test
    void keepsTheDigestOfSettingsThatSayNothingOfDelivery() {
        assertThat(Bank.settings().toJson().members()).doesNotContainKey("delivery");
    }

    @Test
    void readsBackWhatItWroteOfDelivery() {
        JsonObject delivery = Bank.json("{\"permit\": \"none\", \"repeats\": 0,"
                + " \"breaker\": {\"failures\": 3, \"calls\": 4, \"pauseMillis\": 500}}");
        Map<String, JsonValue> members =
                new LinkedHashMap<>(Bank.settings().toJson().members());
        members.put("delivery", delivery);

        ConnectorSettings read = ConnectorSettings.fromJson(new JsonObject(members));

        assertThat(read.delivery().toJson()).isEqualTo(delivery);
        assertThat(read.toJson()).isEqualTo(new JsonObject(members));
        assertThat(read.delivery().permit()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"permit\": \"nobody\", \"repeats\": 0,\"breaker\": {\"failures\": 3, \"calls\": 4, \"pauseMillis\": 500}}",
                "{\"permit\": \"agent\", \"repeats\": 6,\"breaker\": {\"failures\": 3, \"calls\": 4, \"pauseMillis\": 500}}",
                "{\"permit\": \"agent\", \"repeats\": 0,\"breaker\": {\"failures\": 5, \"calls\": 4, \"pauseMillis\": 500}}",
                "{\"permit\": \"agent\", \"repeats\": 0}"
            })
    void refusesADeliveryThatCannotBe(String delivery) {
        assertThatThrownBy(() -> Delivery.fromJson(Bank.json(delivery))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void differsInItsDigestByWhateverDiffers() {
        assertThat(Bank.settings("https://evil.example/v1").digest())
                .isNotEqualTo(Bank.settings().digest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"name", "kind", "baseUrl", "document", "extracts", "labels", "timeoutMillis", "maxAnswerBytes"})
    void refusesSettingsWithoutAMember(String member) {
        Map<String, JsonValue> members =
                new LinkedHashMap<>(Bank.settings().toJson().members());
        members.remove(member);

        assertThatThrownBy(() -> ConnectorSettings.fromJson(new JsonObject(members)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(member);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bank", "a.b", "-a", "a b", "ä"})
    void refusesNamesThatNoToolCanStartWith(String name) {
        assertThat(ConnectorSettings.isName(name)).isFalse();
    }
}
