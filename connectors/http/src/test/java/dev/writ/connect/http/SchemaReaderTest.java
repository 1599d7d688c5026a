package dev.writ.connect.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.writ.model.JsonObject;
import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What arguments the schemas of a document let through, as an independent validator reads them. */
final class SchemaReaderTest {

    private static final SchemaRegistry VALIDATOR =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private static JsonObject schema(String version, String body, String components) {
        return Catalogs.schemaOf(Documents.withBody(version, body, components));
    }

    private static boolean accepts(JsonObject schema, String arguments) {
        return VALIDATOR
                .getSchema(schema.toJson(), InputFormat.JSON)
                .validate(arguments, InputFormat.JSON)
                .isEmpty();
    }

    private static void assertSkipped(String version, String body, String components, String reason) {
        assertThat(Catalogs.problemsOf(Documents.withBody(version, body, components)))
                .singleElement()
                .asString()
                .contains(reason);
    }

    @Test
    void closesObjectsAtEveryDepth() {
        JsonObject schema = schema(
                "3.1.0",
                "{type: object, properties: {a: {type: object, properties: {b: {type: array, items: {type: object,"
                        + " properties: {c: {type: string}}}}}}}}",
                "{}");
        assertThat(accepts(schema, "{\"a\":{\"b\":[{\"c\":\"x\"}]}}")).isTrue();
        assertThat(accepts(schema, "{\"z\":1}")).isFalse();
        assertThat(accepts(schema, "{\"a\":{\"z\":1}}")).isFalse();
        assertThat(accepts(schema, "{\"a\":{\"b\":[{\"z\":1}]}}")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.0.3", "3.1.0"})
    void closesCompositionsAsAWhole(String version) {
        JsonObject schema = schema(
                version,
                "{allOf: [{$ref: '#/components/schemas/Base'}, {type: object, required: [b], properties: {b: {type:"
                        + " string}}}]}",
                "{schemas: {Base: {type: object, required: [a], properties: {a: {type: string}}}}}");
        assertThat(accepts(schema, "{\"body\":{\"a\":\"x\",\"b\":\"y\"}}")).isTrue();
        assertThat(accepts(schema, "{\"body\":{\"a\":\"x\"}}")).isFalse();
        assertThat(accepts(schema, "{\"body\":{\"a\":\"x\",\"b\":\"y\",\"z\":1}}"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"oneOf", "anyOf"})
    void closesAlternativesEach(String composition) {
        JsonObject schema = schema(
                "3.1.0",
                "{type: object, properties: {to: {" + composition
                        + ": [{type: string}, {type: object, required: [iban],"
                        + " properties: {iban: {type: string}}}]}}}",
                "{}");
        assertThat(accepts(schema, "{\"to\":\"x\"}")).isTrue();
        assertThat(accepts(schema, "{\"to\":{\"iban\":\"x\"}}")).isTrue();
        assertThat(accepts(schema, "{\"to\":{\"iban\":\"x\",\"bic\":\"y\"}}")).isFalse();
    }

    @Test
    void leavesObjectsOpenThatSaySo() {
        JsonObject schema = schema(
                "3.1.0",
                "{type: object, properties: {tags: {type: object, additionalProperties: {type: string}}, any: {type:"
                        + " object}}}",
                "{}");
        assertThat(accepts(schema, "{\"tags\":{\"a\":\"b\"},\"any\":{\"x\":1}}"))
                .isTrue();
        assertThat(accepts(schema, "{\"tags\":{\"a\":1}}")).isFalse();
    }

    @Test
    void takesABodyThatIsNoPlainObjectAsOneArgument() {
        JsonObject list = schema("3.1.0", "{type: array, items: {type: integer}}", "{}");
        assertThat(accepts(list, "{\"body\":[1,2]}")).isTrue();
        assertThat(accepts(list, "{\"body\":[\"x\"]}")).isFalse();
        assertThat(accepts(list, "{}")).isFalse();
        assertThat(accepts(schema("3.1.0", "{type: object, additionalProperties: true}", "{}"), "{\"body\":{\"a\":1}}"))
                .isTrue();
    }

    @Test
    void translatesNullable() {
        JsonObject schema = schema("3.0.3", "{type: object, properties: {a: {type: string, nullable: true}}}", "{}");
        assertThat(accepts(schema, "{\"a\":null}")).isTrue();
        assertThat(accepts(schema, "{\"a\":1}")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'minimum: 1, exclusiveMinimum: true', 1, false",
        "'minimum: 1, exclusiveMinimum: true', 1.5, true",
        "'minimum: 1, exclusiveMinimum: false', 1, true",
        "'minimum: 1, exclusiveMinimum: false', 0, false",
        "'maximum: 9, exclusiveMaximum: true', 9, false",
        "'maximum: 9, exclusiveMaximum: true', 8, true",
        "'maximum: 9', 9, true",
        "'maximum: 9', 10, false"
    })
    void translatesExclusiveBounds(String bounds, String number, boolean accepted) {
        JsonObject schema = schema("3.0.3", "{type: object, properties: {a: {type: number, " + bounds + "}}}", "{}");
        assertThat(accepts(schema, "{\"a\":" + number + "}")).isEqualTo(accepted);
    }

    @Test
    void asksForNothingThatIsReadOnly() {
        JsonObject schema = schema(
                "3.0.3",
                "{type: object, required: [id, ref, a], properties: {id: {type: string, readOnly: true}, ref: {$ref:"
                        + " '#/components/schemas/Id'}, a: {type: string}}}",
                "{schemas: {Id: {type: string, readOnly: true}}}");
        assertThat(accepts(schema, "{\"a\":\"x\"}")).isTrue();
        assertThat(accepts(schema, "{\"a\":\"x\",\"id\":\"1\"}")).isFalse();
        assertThat(accepts(schema, "{\"a\":\"x\",\"ref\":\"1\"}")).isFalse();
    }

    @Test
    void keepsWhatIsBesideAReferenceInVersion31() {
        JsonObject schema = schema(
                "3.1.0",
                "{type: object, properties: {a: {$ref: '#/components/schemas/A', description: mine}}}",
                "{schemas: {A: {type: string, description: theirs}}}");
        assertThat(schema.toJson()).contains("\"a\":{\"description\":\"mine\",\"type\":\"string\"}");
    }

    @Test
    void skipsARestrictionBesideAReference() {
        assertSkipped(
                "3.1.0",
                "{type: object, properties: {a: {$ref: '#/components/schemas/A', maxLength: 3}}}",
                "{schemas: {A: {type: string}}}",
                "'maxLength' beside a reference");
    }

    @Test
    void skipsASchemaThatContainsItself() {
        assertSkipped(
                "3.0.3",
                "{$ref: '#/components/schemas/Node'}",
                "{schemas: {Node: {type: object, properties: {next: {$ref: '#/components/schemas/Node'}}}}}",
                "'#/components/schemas/Node' contains itself");
    }

    @Test
    void writesAReferenceOutAsOftenAsItIsUsed() {
        JsonObject schema = schema(
                "3.0.3",
                "{type: object, properties: {a: {$ref: '#/components/schemas/A'}, b: {$ref: '#/components/schemas/A'}}}",
                "{schemas: {A: {type: string, maxLength: 1}}}");
        assertThat(accepts(schema, "{\"a\":\"x\",\"b\":\"y\"}")).isTrue();
        assertThat(accepts(schema, "{\"a\":\"x\",\"b\":\"yy\"}")).isFalse();
    }

    @Test
    void skipsASchemaThatGrowsWithoutEnd() {
        String levels = IntStream.range(0, 12)
                .mapToObj(level -> "L" + level + ": {anyOf: ["
                        + String.join(
                                ", ", Collections.nCopies(8, "{$ref: '#/components/schemas/L" + (level + 1) + "'}"))
                        + "]}")
                .collect(Collectors.joining(", "));
        assertSkipped(
                "3.1.0",
                "{$ref: '#/components/schemas/L0'}",
                "{schemas: {" + levels + ", L12: {type: string}}}",
                "more than 2000 parts");
    }

    @Test
    void skipsASchemaThatIsNestedTooDeep() {
        assertSkipped("3.1.0", "{items: ".repeat(40) + "{}" + "}".repeat(40), "{}", "32 levels");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "if: {type: string}",
                "not: {type: string}",
                "patternProperties: {x: {type: string}}",
                "unevaluatedProperties: true",
                "dependentRequired: {a: [b]}",
                "contains: {type: string}",
                "propertyNames: {maxLength: 1}",
                "$defs: {}"
            })
    void skipsAKeywordItDoesNotTranslate(String keyword) {
        assertSkipped(
                "3.1.0",
                "{type: object, properties: {a: {" + keyword + "}}}",
                "{}",
                "'" + keyword.substring(0, keyword.indexOf(':')) + "'");
    }

    @Test
    void dropsWhatIsNoRestriction() {
        JsonObject schema = schema(
                "3.0.3",
                "{type: object, properties: {a: {type: string, example: x, x-internal: secret, deprecated: true}}}",
                "{}");
        assertThat(schema.toJson()).contains("\"a\":{\"deprecated\":true,\"type\":\"string\"}");
    }

    @Test
    void keepsAPropertyThatIsCalledLikeAKeyword() {
        JsonObject schema = schema(
                "3.0.3",
                "{type: object, required: [example], properties: {example: {type: string}, $ref: {type: string}}}",
                "{}");
        assertThat(accepts(schema, "{\"example\":\"x\"}")).isTrue();
        assertThat(accepts(schema, "{}")).isFalse();
    }

    @Test
    void skipsAnObjectThatRequiresWhatItDoesNotDeclare() {
        assertSkipped(
                "3.0.3",
                "{type: object, required: [a, b], properties: {a: {type: string}}}",
                "{}",
                "requires [b] without declaring it");
    }

    @Test
    void skipsANumberThatDoesNotSurviveADouble() {
        assertSkipped(
                "3.0.3",
                "{type: object, properties: {a: {type: integer, maximum: 9223372036854775807}}}",
                "{}",
                "does not survive double precision");
    }

    @Test
    void skipsATextThatIsNotUnicode() {
        assertSkipped(
                "3.0.3",
                "{type: object, properties: {a: {type: string, description: \"\\ud800\"}}}",
                "{}",
                "not Unicode");
    }
}
