package dev.writ.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolEffectsTest {

    private static final ToolDefinition PLAIN =
            new ToolDefinition(ToolName.parse("bank.pay"), "bank", "Pays", JsonObject.empty(), false);

    @Test
    void whatNobodySaidIsTheWorst() {
        assertThat(ToolEffects.UNSAID.presumedRisk()).isEqualTo(RiskClass.CRITICAL);
        assertThat(ToolEffects.UNSAID.isReversible()).isFalse();
        assertThat(ToolEffects.UNSAID.isOutbound()).isTrue();
        assertThat(ToolEffects.UNSAID.isReadOnly()).isFalse();
        assertThat(ToolEffects.UNSAID.toJson()).isEqualTo(JsonObject.empty());
    }

    @Test
    void whatChangesNothingCanBeUndone() {
        assertThat(effects("{\"readOnly\": true}").isReversible()).isTrue();
        assertThat(effects("{\"readOnly\": false}").isReversible()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"risk\":\"low\"}",
                "{\"reversible\":true}",
                "{\"outbound\":false}",
                "{\"readOnly\":true}",
                "{\"outbound\":true,\"readOnly\":false,\"reversible\":false,\"risk\":\"critical\"}"
            })
    void readsBackWhatItWrote(String json) {
        assertThat(effects(json).toJson()).isEqualTo(JsonValue.parse(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{\"risk\": \"huge\"} ~ 'risk' is low, medium, high or critical",
                "{\"risk\": 3} ~ 'risk' is low, medium, high or critical",
                "{\"reversible\": \"no\"} ~ 'reversible' is true or false",
                "{\"readOnlyHint\": true} ~ 'readOnlyHint' is none of outbound, readOnly, reversible, risk",
                "{\"readOnly\": true, \"reversible\": false} ~ readOnly says that nothing is changed"
            })
    void saysWhatItCannotUse(String json, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> effects(json)).withMessageContaining(message);
    }

    @Test
    void aDefinitionOfWhichNothingIsSaidKeepsItsDigest() {
        assertThat(PLAIN.toJson().toJson())
                .isEqualTo("{\"connector\":\"bank\",\"description\":\"Pays\",\"idempotent\":false,\"inputSchema\":{},"
                        + "\"name\":\"bank.pay\"}");
        assertThat(PLAIN.with(ToolEffects.UNSAID).digest()).isEqualTo(PLAIN.digest());
    }

    @Test
    void whatIsSaidIsPinned() {
        ToolEffects said =
                new ToolEffects(Optional.of(RiskClass.LOW), Optional.empty(), Optional.empty(), Optional.empty());

        assertThat(PLAIN.with(said).digest()).isNotEqualTo(PLAIN.digest());
    }

    @Test
    void aDefinitionIsHashedOnce() {
        ToolDefinition same = new ToolDefinition(ToolName.parse("bank.pay"), "bank", "Pays", JsonObject.empty(), false);

        assertThat(PLAIN.digest()).isSameAs(PLAIN.digest()).isEqualTo(Digest.of(PLAIN.toJson()));
        assertThat(same).isEqualTo(PLAIN).hasSameHashCodeAs(PLAIN);
        assertThat(PLAIN.with(effects("{\"risk\":\"low\"}"))).isNotEqualTo(PLAIN);
    }

    private static ToolEffects effects(String json) {
        return ToolEffects.fromJson((JsonObject) JsonValue.parse(json));
    }
}
