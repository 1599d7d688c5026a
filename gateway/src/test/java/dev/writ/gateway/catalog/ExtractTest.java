package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.writ.gateway.wire.JsonNodes;
import dev.writ.model.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtractTest {

    private static final JsonNode RESULT = JsonNodes.of(JsonValue.parse("""
            {"customer": "cus_1", "note": null, "payments": [
              {"id": "ch_1", "amount": 18.5, "duplicateOf": "ch_0"},
              {"id": "ch_0", "amount": 18.5},
              {"id": "ch_9", "amount": 0.1, "card": {"last4": "4242"}}]}
            """));

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            $.customer                            | "cus_1"
            $.note                                | null
            $.payments[*].id                      | ["ch_1","ch_0","ch_9"]
            $.payments[?(@.duplicateOf)].id       | ["ch_1"]
            $.payments[?(@.amount > 1)].id        | ["ch_1","ch_0"]
            $.payments[2].card                    | {"last4":"4242"}
            $.payments[*].amount                  | [18.5,18.5,0.1]
            $.payments[?(@.amount > 100)].id      | []
            $..last4                              | ["4242"]
            """)
    void readsWhatThePathNames(String path, String expected) {
        assertThat(extract(path).from(RESULT).map(JsonValue::toJson)).hasValue(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$.missing",
                "$.customer.deeper",
                "$.payments[7]",
                "$.payments[-4]",
                "$.payments[7].id",
                "$.payments[*].amount.sum()",
                "$.customer.length()",
                "$.customer.keys()",
                "$.payments.max()"
            })
    void leavesOutWhatIsNotThereOrNotJson(String path) {
        assertThat(extract(path).from(RESULT)).isEmpty();
    }

    @Test
    void leavesOutWhatIsTooLong() {
        assertThat(Extract.of("ids", "$.payments[*].id", 22).from(RESULT)).isPresent();
        assertThat(Extract.of("ids", "$.payments[*].id", 21).from(RESULT)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "$.", "$[", "$.a[?(@.b", "$.a[?(@.b =~ /(a+)+/)]", "$.a..", "$.a[?(@.b == )]"})
    void refusesPathsItCannotUse(String path) {
        assertThatThrownBy(() -> extract(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "1st", "a.b", "ä"})
    void refusesNamesThatRulesCannotSay(String name) {
        assertThatThrownBy(() -> Extract.of(name, "$.a", 10)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 64 * 1024 + 1})
    void refusesUnreasonableLimits(int maxBytes) {
        assertThatThrownBy(() -> Extract.of("a", "$.a", maxBytes)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Extract extract(String path) {
        return Extract.of("ids", path, Extract.DEFAULT_MAX_BYTES);
    }
}
