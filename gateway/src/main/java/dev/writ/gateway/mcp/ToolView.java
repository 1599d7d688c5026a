package dev.writ.gateway.mcp;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolEffects;
import java.util.LinkedHashMap;
import java.util.Map;

/** A tool as MCP lists it. */
final class ToolView {

    private ToolView() {}

    /** As its server published it, member for member, under another name; or else as its operator described it. */
    static JsonObject of(String name, ToolDefinition tool) {
        return tool.published()
                .map(published -> named(name, published))
                .orElseGet(() -> JsonObject.builder()
                        .put("name", name)
                        .put("description", tool.description())
                        .put("inputSchema", tool.inputSchema())
                        .put("annotations", annotations(tool.effects(), tool.idempotent()))
                        .build());
    }

    static JsonObject named(String name, JsonObject published) {
        Map<String, JsonValue> members = new LinkedHashMap<>(published.members());
        members.put("name", new JsonString(name));
        return new JsonObject(members);
    }

    private static JsonObject annotations(ToolEffects effects, boolean idempotent) {
        return JsonObject.builder()
                .put("readOnlyHint", effects.isReadOnly())
                .put("destructiveHint", !effects.isReversible())
                .put("idempotentHint", idempotent)
                .put("openWorldHint", effects.isOutbound())
                .build();
    }
}
