package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is different between two calls' arguments. */
class ChangeTest {

    private static JsonObject json(String text) {
        return (JsonObject) JsonValue.parse(text);
    }

    private static String between(String before, String after) {
        return new JsonArray(Change.between(json(before), json(after)).stream()
                        .<JsonValue>map(Change::toJson)
                        .toList())
                .toJson();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1} | {\"a\":1} | []",
                "{\"a\":1} | {\"a\":2} | [{\"from\":1,\"path\":\"/a\",\"to\":2}]",
                "{\"a\":1} | {} | [{\"from\":1,\"path\":\"/a\"}]",
                "{} | {\"a\":null} | [{\"path\":\"/a\",\"to\":null}]",
                "{\"a\":{\"b\":1,\"c\":2}} | {\"a\":{\"b\":1,\"c\":3}} | [{\"from\":2,\"path\":\"/a/c\",\"to\":3}]",
                "{\"a\":[1,2]} | {\"a\":[1,3]} | [{\"from\":2,\"path\":\"/a/1\",\"to\":3}]",
                "{\"a\":[1,2]} | {\"a\":[1]} | [{\"from\":[1,2],\"path\":\"/a\",\"to\":[1]}]",
                "{\"a/b~c\":1} | {\"a/b~c\":2} | [{\"from\":1,\"path\":\"/a~1b~0c\",\"to\":2}]",
                "{\"a\":1} | {\"a\":\"1\"} | [{\"from\":1,\"path\":\"/a\",\"to\":\"1\"}]",
            })
    void findsWhatIsDifferent(String before, String after, String changes) {
        assertThat(JsonValue.parse(between(before, after))).isEqualTo(JsonValue.parse(changes));
        assertThat(Change.apply(Change.between(json(before), json(after)), json(before)))
                .contains(json(after));
    }

    @Test
    void keepsWhatWasNotShown() {
        JsonObject shown = json("{\"iban\":\"***\",\"amount\":150}");
        JsonObject asked = json("{\"iban\":\"***\",\"amount\":120}");

        assertThat(Change.apply(Change.between(shown, asked), json("{\"iban\":\"DE1\",\"amount\":150}")))
                .contains(json("{\"iban\":\"DE1\",\"amount\":120}"));
    }

    @Test
    void cannotBePutWhereThereIsNoPlace() {
        JsonObject shown = json("{\"a\":{\"b\":1}}");

        assertThat(Change.apply(Change.between(shown, json("{\"a\":{\"b\":2}}")), json("{\"a\":\"***\"}")))
                .isEmpty();
    }
}
