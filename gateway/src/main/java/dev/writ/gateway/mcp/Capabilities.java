package dev.writ.gateway.mcp;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What clients say they can do, cut down to what the gateway makes use of. */
final class Capabilities {

    /** The extension with which a call may end later than its request. */
    static final String TASKS = "io.modelcontextprotocol/tasks";

    private static final Set<String> MODES = Set.of("form", "url");

    private Capabilities() {}

    static JsonObject used(JsonObject declared) {
        JsonObject.Builder used = JsonObject.builder();
        declared.object("elicitation").ifPresent(modes -> used.put("elicitation", modes(modes)));
        declared.object("sampling").ifPresent(sampling -> used.put("sampling", onlyObjects(sampling)));
        declared.object("roots").ifPresent(roots -> used.put("roots", JsonObject.empty()));
        return used.build();
    }

    private static JsonObject modes(JsonObject declared) {
        Map<String, JsonValue> modes = new LinkedHashMap<>();
        MODES.stream()
                .filter(mode -> declared.object(mode).isPresent())
                .forEach(mode -> modes.put(mode, JsonObject.empty()));
        return new JsonObject(modes);
    }

    /** {@code tools} and {@code context}, and what is still to come of that shape. */
    private static JsonObject onlyObjects(JsonObject declared) {
        Map<String, JsonValue> kept = new LinkedHashMap<>();
        declared.members().keySet().stream()
                .filter(name -> name.length() <= 32 && kept.size() < 8)
                .forEach(name -> Optional.of(name)
                        .filter(known -> declared.object(known).isPresent())
                        .ifPresent(known -> kept.put(known, JsonObject.empty())));
        return new JsonObject(kept);
    }

    /** Whether a client answers questions of that method. */
    static boolean declaresAnswering(JsonObject declared, String method) {
        return switch (method) {
            case "elicitation/create" -> declared.object("elicitation").isPresent();
            case "sampling/createMessage" -> declared.object("sampling").isPresent();
            case "roots/list" -> declared.object("roots").isPresent();
            default -> false;
        };
    }

    static boolean declaresTasks(JsonObject declared) {
        return declared.object("extensions")
                .flatMap(extensions -> extensions.object(TASKS))
                .isPresent();
    }
}
