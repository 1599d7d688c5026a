package dev.writ.gateway.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import dev.writ.gateway.wire.JsonNodes;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.List;
import java.util.Optional;

/** Checks arguments against a tool's JSON Schema. Compiled once, safe to share between threads; reads nothing from elsewhere. */
final class ArgumentSchema {

    private static final int MOST_PROBLEMS = 20;
    private static final int LONGEST_POINTER = 120;
    private static final int LONGEST_BOUND = 200;

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry -> registry.schemaCacheEnabled(false)
                    .schemaLoader(loader -> loader.fetchRemoteResources(false).block(iri -> true))
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .pathType(PathType.JSON_POINTER)
                            .regularExpressionFactory(new LinearTimeRegex())
                            .build()));

    private final Schema schema;

    private ArgumentSchema(Schema schema) {
        this.schema = schema;
    }

    /**
     * Compiles a schema of draft 2020-12.
     *
     * @throws IllegalArgumentException if it refers to another document, or has a pattern that RE2 does not know
     */
    static ArgumentSchema compile(JsonObject schema) {
        try {
            Schema compiled = REGISTRY.getSchema(JsonNodes.of(schema));
            compiled.initializeValidators();
            return new ArgumentSchema(compiled);
        } catch (SchemaException | PatternSyntaxException unusable) {
            throw new IllegalArgumentException(
                    "its schema refers to what is not in it, or has a pattern that RE2 does not know", unusable);
        }
    }

    /**
     * What is wrong with those arguments: where, as a JSON pointer (RFC 6901), and which rule is broken. Says what the schema asks
     * for and never what was sent, besides the names of members.
     */
    List<String> problems(JsonObject arguments) {
        return schema.validate(JsonNodes.of(arguments)).stream()
                .map(ArgumentSchema::describe)
                .distinct()
                .limit(MOST_PROBLEMS)
                .toList();
    }

    /** What is wrong first with a result, likewise; empty if it fits. */
    Optional<String> problem(JsonValue result) {
        return schema.validate(JsonNodes.of(result)).stream().findFirst().map(ArgumentSchema::describe);
    }

    private static String describe(Error error) {
        String at = error.getInstanceLocation().toString();
        return switch (error.getKeyword()) {
            case "required" -> place(at + "/" + error.getProperty()) + " is missing";
            case "additionalProperties", "unevaluatedProperties" ->
                place(at + "/" + error.getProperty()) + " is not an argument of this tool";
            case "type" -> place(at) + " must be of type " + bound(error.getSchemaNode());
            case "enum" -> place(at) + " must be one of " + bound(error.getSchemaNode());
            default -> place(at) + " breaks the rule '" + error.getKeyword() + "'" + limit(error.getSchemaNode());
        };
    }

    private static String limit(JsonNode asked) {
        return asked.isValueNode() ? " " + bound(asked) : "";
    }

    private static String place(String pointer) {
        String clean = pointer.replaceAll("[^\\x21-\\x7e]", "?");
        if (clean.isEmpty()) {
            return "the whole";
        }
        return clean.length() <= LONGEST_POINTER ? clean : clean.substring(0, LONGEST_POINTER) + "...";
    }

    private static String bound(JsonNode asked) {
        String text = asked.isTextual() ? asked.textValue() : asked.toString();
        return text.length() <= LONGEST_BOUND ? text : text.substring(0, LONGEST_BOUND) + "...";
    }
}
