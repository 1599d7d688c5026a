package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentSchemaTest {

    private static final JsonObject REFUND = json("""
            {"type": "object", "additionalProperties": false, "required": ["charge", "amount"], "properties": {
              "charge": {"type": "string", "pattern": "^ch_[0-9]+$", "maxLength": 12},
              "amount": {"type": "number", "exclusiveMinimum": 0, "maximum": 500},
              "reason": {"enum": ["duplicate", "fraud"]},
              "lines": {"type": "array", "maxItems": 2, "items": {"type": "integer"}},
              "by": {"$ref": "#/$defs/person"}},
             "$defs": {"person": {"type": "object", "additionalProperties": false, "properties": {"id": {"type": "string"}}}}}
            """);

    private final ArgumentSchema schema = ArgumentSchema.compile(REFUND);

    @Test
    void acceptsArgumentsThatFit() {
        assertThat(schema.problems(json("""
                        {"charge": "ch_1", "amount": 18.00, "reason": "duplicate", "lines": [1, 2.0], "by": {"id": "7"}}
                        """))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"charge": "ch_1"}                                       | /amount is missing
            {"charge": "ch_1", "amount": "18"}                       | /amount must be of type number
            {"charge": "ch_1", "amount": null}                       | /amount must be of type number
            {"charge": "ch_1", "amount": 0}                          | /amount breaks the rule 'exclusiveMinimum' 0
            {"charge": "ch_1", "amount": 501}                        | /amount breaks the rule 'maximum' 500
            {"charge": "x", "amount": 1}                             | /charge breaks the rule 'pattern' ^ch_[0-9]+$
            {"charge": "ch_1", "amount": 1, "reason": "because"}     | /reason must be one of ["duplicate","fraud"]
            {"charge": "ch_1", "amount": 1, "card": "4111"}          | /card is not an argument of this tool
            {"charge": "ch_1", "amount": 1, "lines": [1, 1.5]}       | /lines/1 must be of type integer
            {"charge": "ch_1", "amount": 1, "lines": [1, 2, 3]}      | /lines breaks the rule 'maxItems' 2
            {"charge": "ch_1", "amount": 1, "by": {"admin": true}}   | /by/admin is not an argument of this tool
            """)
    void namesThePlaceAndTheRule(String arguments, String problem) {
        assertThat(schema.problems(json(arguments))).containsExactly(problem);
    }

    @Test
    void neverRepeatsAnArgument() {
        JsonObject arguments = json("""
                {"charge": "SECRET", "amount": "SECRET", "reason": "SECRET", "lines": ["SECRET"], "by": "SECRET"}
                """);

        assertThat(schema.problems(arguments)).hasSizeGreaterThanOrEqualTo(5).noneMatch(p -> p.contains("SECRET"));
    }

    @Test
    void namesUnknownMembersWithoutControlCharacters() {
        JsonObject arguments = JsonObject.builder()
                .put("charge", "ch_1")
                .put("amount", 1)
                .put("a\nb\u202e", 1)
                .build();

        assertThat(schema.problems(arguments)).containsExactly("/a?b? is not an argument of this tool");
    }

    @Test
    void refusesASchemaThatRefersToAnotherDocument() {
        JsonObject schema = json("{\"$ref\": \"https://example.com/other.json\"}");

        assertThatThrownBy(() -> ArgumentSchema.compile(schema))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("its schema refers to what is not in it");
    }

    @Test
    void refusesAReferenceToAFile() {
        JsonObject schema = json("{\"$ref\": \"classpath:/draft/2020-12/schema\"}");

        assertThatThrownBy(() -> ArgumentSchema.compile(schema)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAReferenceToNowhere() {
        JsonObject schema = json("{\"properties\": {\"a\": {\"$ref\": \"#/$defs/missing\"}}}");

        assertThatThrownBy(() -> ArgumentSchema.compile(schema)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAPatternThatOnlyABacktrackingMatcherKnows() {
        JsonObject schema = json("{\"properties\": {\"a\": {\"pattern\": \"(?=x)y\"}}}");

        assertThatThrownBy(() -> ArgumentSchema.compile(schema)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Timeout(60)
    void answersSoonWhateverTheArgument() {
        ArgumentSchema slow = ArgumentSchema.compile(json("{\"properties\": {\"a\": {\"pattern\": \"^(a+)+$\"}}}"));
        JsonObject arguments =
                JsonObject.builder().put("a", "a".repeat(50_000) + "!").build();

        assertThat(slow.problems(arguments)).hasSize(1);
    }

    private static JsonObject json(String text) {
        return (JsonObject) JsonValue.parse(text);
    }
}
