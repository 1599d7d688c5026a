package dev.writ.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemasTest {

    private static Schemas.Root root(String schema) throws Exception {
        return Schemas.root(Json.parse(schema));
    }

    /** As LangChain4j's own writer has it, which is what model providers send. */
    private static String written(Schemas.Root root) throws Exception {
        String tool = ToolSpecification.builder()
                .name("t")
                .parameters(root.parameters())
                .build()
                .toJson();
        return Json.text(
                Json.parse(tool).findValue("parameters") == null
                        ? Json.parse(tool).findValue("inputSchema")
                        : Json.parse(tool).findValue("parameters"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"description\":\"An a\"}},\"required\":[\"a\"],\"additionalProperties\":false}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"number\",\"exclusiveMinimum\":0,\"multipleOf\":0.01}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":[\"string\",\"null\"]}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"format\":\"date\",\"x-unknown\":[1,2]}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"enum\":[\"x\",\"y\"]},\"b\":{\"enum\":[1,null]},\"c\":{\"const\":7}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}},\"b\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"minItems\":1}}}",
                "{\"type\":\"object\",\"properties\":{\"o\":{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"boolean\"},\"q\":{\"type\":\"string\",\"pattern\":\"^x\"}},\"required\":[\"p\"],\"additionalProperties\":false}}}",
                "{\"type\":\"object\",\"properties\":{\"o\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}}}",
                "{\"type\":\"object\",\"properties\":{\"n\":{\"$ref\":\"#/$defs/node\"}},\"$defs\":{\"node\":{\"type\":\"object\",\"properties\":{\"next\":{\"$ref\":\"#/$defs/node\"}},\"minProperties\":1}}}"
            })
    void losesNothing(String schema) throws Exception {
        Schemas.Root root = root(schema);

        assertThat(root.rest()).isEmpty();
        assertThat(Json.parse(written(root))).isEqualTo(Json.parse(schema));
    }

    @Test
    void usesTheElementsThatEveryModelProviderKnowsWhereTheySuffice() throws Exception {
        var properties = root("""
                {"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string","enum":["x"]},"c":{"type":"string","maxLength":3}}}""").parameters().properties();

        assertThat(properties.get("a")).isInstanceOf(JsonStringSchema.class);
        assertThat(properties.get("b")).isInstanceOf(JsonEnumSchema.class);
        assertThat(properties.get("c")).isInstanceOf(JsonRawSchema.class);
    }

    @Test
    void keepsWhatTheRootHasNoPlaceForInWords() throws Exception {
        Schemas.Root root = root("""
                {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"a":{},"b":{}},"oneOf":[{"required":["a"]},{"required":["b"]}]}""");

        assertThat(root.rest()).hasValue("{\"oneOf\":[{\"required\":[\"a\"]},{\"required\":[\"b\"]}]}");
    }

    @Test
    void movesOldDefinitionsToWhereReferencesFindThem() throws Exception {
        Schemas.Root root = root("""
                {"type":"object","properties":{"a":{"$ref":"#/definitions/money"}},"definitions":{"money":{"type":"number","minimum":0}}}""");

        assertThat(Json.parse(written(root))).isEqualTo(Json.parse("""
                {"type":"object","properties":{"a":{"$ref":"#/$defs/money"}},"$defs":{"money":{"type":"number","minimum":0}}}"""));
    }

    @Test
    void readsTheSchemasThatAreTrueAndFalse() throws Exception {
        Schemas.Root root = root("{\"type\":\"object\",\"properties\":{\"any\":true,\"none\":false}}");

        assertThat(Json.parse(written(root)).path("properties"))
                .isEqualTo(Json.parse("{\"any\":{},\"none\":{\"not\":{}}}"));
    }
}
