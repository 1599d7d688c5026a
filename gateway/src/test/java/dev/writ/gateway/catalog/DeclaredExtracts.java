package dev.writ.gateway.catalog;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.List;

/** Extracts as a registration declares them, for tests of packs. */
public final class DeclaredExtracts {

    private DeclaredExtracts() {}

    /** What is kept of a result, by {@code {"name": {"path": "$.a"}}}. */
    public static JsonObject of(JsonObject declared, JsonValue result) {
        List<Extract> extracts = declared.members().entrySet().stream()
                .map(one -> Extract.of(
                        one.getKey(),
                        ((JsonObject) one.getValue()).text("path").orElseThrow(),
                        Extract.DEFAULT_MAX_BYTES))
                .toList();
        return new Extracts(extracts).from(result);
    }
}
