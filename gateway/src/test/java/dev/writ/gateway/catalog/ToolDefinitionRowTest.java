package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolEffects;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ToolDefinitionRowTest {

    private static final ToolEffects SAID =
            ToolEffects.fromJson(Bank.json("{\"risk\": \"high\", \"outbound\": false}"));

    @Test
    void readsBackWhatIsSaidOfEffects() {
        ToolDefinition said = Bank.pay().with(SAID);

        assertThat(row(said, said.toJson()).verified()).contains(said);
    }

    @Test
    void readsWhatWasPinnedBeforeAnythingCouldBeSaid() {
        assertThat(row(Bank.pay(), Bank.pay().toJson()).verified()).contains(Bank.pay());
    }

    @Test
    void doesNotBelieveARowWhoseEffectsWereChanged() {
        ToolDefinition said = Bank.pay().with(SAID);
        Map<String, JsonValue> members = new LinkedHashMap<>(said.toJson().members());
        members.put("effects", new JsonObject(Map.of("risk", new JsonString("low"))));

        assertThat(row(said, new JsonObject(members)).verified()).isEmpty();
        members.put("effects", new JsonObject(Map.of("risk", new JsonString("huge"))));
        assertThat(row(said, new JsonObject(members)).verified()).isEmpty();
        members.remove("effects");
        assertThat(row(said, new JsonObject(members)).verified()).isEmpty();
    }

    private static ToolDefinitionRow row(ToolDefinition pinned, JsonObject stored) {
        ToolDefinitionRow row = new ToolDefinitionRow();
        row.digest = pinned.digest().value();
        row.definition = stored.toJson();
        return row;
    }
}
