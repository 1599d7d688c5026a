package dev.writ.gateway.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TermsTest {

    private static final String AMOUNT = "{\"path\":\"/amount\",\"from\":1,\"to\":500}";
    private static final String PAYEES = "{\"path\":\"/to\",\"oneOf\":[\"acme\",\"globex\"]}";

    private static JsonObject json(String text) {
        return (JsonObject) JsonValue.parse(text);
    }

    private static List<JsonObject> bounds(String... texts) {
        return Stream.of(texts).map(TermsTest::json).toList();
    }

    private static Terms around(String arguments, String... bounds) {
        return Terms.around(json(arguments), bounds(bounds));
    }

    @ParameterizedTest
    @CsvSource({
        "500, true",
        "500.00, true",
        "5e2, true",
        "1, true",
        "500.01, false",
        "0.99, false",
        "-1, false",
        "501, false"
    })
    void aNumberIsInsideUpToItsVeryBound(String amount, boolean isInside) {
        Terms terms = around("{\"to\":\"acme\",\"amount\":480}", AMOUNT);

        assertThat(terms.admit(json("{\"to\":\"acme\",\"amount\":" + amount + "}")))
                .isEqualTo(isInside);
    }

    @Test
    void aNumberInATextIsNoNumber() {
        assertThat(around("{\"amount\":480}", AMOUNT).admit(json("{\"amount\":\"480\"}")))
                .isFalse();
    }

    /** Cyrillic, full-width, a combining accent, a zero-width space, another case, a space. */
    @ParameterizedTest
    @ValueSource(strings = {"аcme", "ａcme", "acmé", "acme\u200b", "Acme", "acme ", "", "globex.evil"})
    void aTextThatLooksAlikeIsAnother(String payee) {
        Terms terms = around("{\"to\":\"acme\",\"amount\":480}", PAYEES);

        assertThat(terms.admit(json("{\"to\":\"" + payee + "\",\"amount\":480}")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"to\":\"acme\"}",
                "{\"to\":\"acme\",\"amount\":480,\"note\":\"x\"}",
                "{\"to\":\"acme\",\"amount\":480,\"note\":null}",
                "{\"to\":\"initech\",\"amount\":480}",
                "{}"
            })
    void whatIsNotBoundedIsAsItWas(String arguments) {
        assertThat(around("{\"to\":\"acme\",\"amount\":480}", AMOUNT).admit(json(arguments)))
                .isFalse();
    }

    @Test
    void looksIntoObjectsAndLists() {
        Terms terms = around("{\"a/b\":[{\"~\":1,\"c\":true},2]}", "{\"path\":\"/a~1b/0/~0\",\"from\":1,\"to\":2}");

        assertThat(terms.admit(json("{\"a/b\":[{\"~\":2,\"c\":true},2]}"))).isTrue();
        assertThat(terms.admit(json("{\"a/b\":[{\"~\":2,\"c\":false},2]}"))).isFalse();
        assertThat(terms.admit(json("{\"a/b\":[{\"~\":2,\"c\":true},3]}"))).isFalse();
        assertThat(terms.admit(json("{\"a/b\":[{\"~\":2,\"c\":true}]}"))).isFalse();
        assertThat(terms.admit(json("{\"a/b\":[{\"~\":2,\"c\":true},2,2]}"))).isFalse();
    }

    @Test
    void readsBackWhatItWrote() {
        Terms terms = around("{\"to\":\"acme\",\"amount\":480}", AMOUNT, PAYEES);

        assertThat(Terms.fromJson(terms.toJson())).isEqualTo(terms);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"path\":\"/amount\",\"from\":481,\"to\":500}",
                "{\"path\":\"/amount\",\"from\":500,\"to\":1}",
                "{\"path\":\"/amount\",\"from\":1}",
                "{\"path\":\"/amount\",\"from\":\"1\",\"to\":500}",
                "{\"path\":\"/amount\",\"from\":1,\"to\":500,\"oneOf\":[1]}",
                "{\"path\":\"/amount\",\"prefix\":\"4\"}",
                "{\"path\":\"/amount\",\"oneOf\":[]}",
                "{\"path\":\"/note\",\"oneOf\":[\"x\"]}",
                "{\"path\":\"\",\"oneOf\":[{\"to\":\"acme\",\"amount\":480}]}",
                "{\"path\":\"amount\",\"from\":1,\"to\":500}",
                "{\"oneOf\":[480]}",
                "{\"path\":\"/to\",\"oneOf\":[\"globex\"]}"
            })
    void refusesBoundsThatMakeNoSenseOrLeaveTheCallOutside(String bound) {
        assertThatIllegalArgumentException().isThrownBy(() -> around("{\"to\":\"acme\",\"amount\":480}", bound));
    }

    @Test
    void refusesBoundsInsideOfBounds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> around(
                        "{\"a\":{\"b\":1}}",
                        "{\"path\":\"/a\",\"oneOf\":[{\"b\":1}]}",
                        "{\"path\":\"/a/b\",\"from\":1,\"to\":2}"));
        assertThatIllegalArgumentException().isThrownBy(() -> around("{\"amount\":480}", AMOUNT, AMOUNT));
    }

    @Test
    void isNarrowedInEveryRespectOrNotAtAll() {
        Terms wide = around("{\"to\":\"acme\",\"amount\":480}", AMOUNT, PAYEES);

        Terms narrow = wide.narrowed(bounds("{\"path\":\"/amount\",\"from\":1,\"to\":100}"));

        assertThat(narrow.admit(json("{\"to\":\"acme\",\"amount\":100}"))).isTrue();
        assertThat(narrow.admit(json("{\"to\":\"globex\",\"amount\":100}"))).isFalse();
        for (String wider : List.of(
                "{\"path\":\"/amount\",\"from\":1,\"to\":500.01}",
                "{\"path\":\"/amount\",\"from\":0,\"to\":500}",
                "{\"path\":\"/amount\",\"oneOf\":[1,501]}",
                "{\"path\":\"/to\",\"oneOf\":[\"acme\",\"initech\"]}",
                "{\"path\":\"/to\",\"from\":1,\"to\":2}",
                "{\"path\":\"/note\",\"oneOf\":[\"x\"]}")) {
            assertThatIllegalArgumentException().isThrownBy(() -> wide.narrowed(bounds(wider)));
        }
    }
}
