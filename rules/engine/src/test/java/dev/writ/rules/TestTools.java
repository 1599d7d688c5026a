package dev.writ.rules;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import java.util.List;

/** The tools that tests speak of. */
final class TestTools {

    static final List<ToolDefinition> ALL = List.of(
            tool("billing.refund", """
                    {"type": "object", "additionalProperties": false, "required": [], "properties": {
                      "amount": {"type": "number"}, "payment": {"type": "string"}, "card": {"type": "string"},
                      "note": {"type": ["string", "null"]}, "urgent": {"type": "boolean"},
                      "items": {"type": "array"}, "count": {"type": "integer"},
                      "customer": {"$ref": "#/$defs/customer"}, "extra": true},
                     "$defs": {"customer": {"allOf": [{"type": "object", "properties": {
                       "id": {"type": "string"}, "age": {"type": "integer"}}}]}}}
                    """),
            tool("billing.payments", """
                    {"type": "object", "properties": {"customer": {"type": "string"}, "limit": {"type": "integer"}}}
                    """),
            tool("billing.export", "{\"type\": \"object\", \"properties\": {}}"),
            tool("crm.lookup", "{\"type\": \"object\", \"properties\": {\"customer\": {\"type\": \"string\"}}}"),
            tool("mail.send", """
                    {"type": "object", "properties": {"to": {"type": "string"}, "body": {"type": "string"},
                     "amount": {"type": "string"}}}
                    """));

    private TestTools() {}

    static ToolDefinition named(String name) {
        return ALL.stream()
                .filter(tool -> tool.name().value().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ToolDefinition tool(String name, String schema) {
        return new ToolDefinition(
                new ToolName(name),
                name.substring(0, name.indexOf('.')),
                "",
                (JsonObject) JsonValue.parse(schema),
                name.equals("billing.refund"));
    }
}
