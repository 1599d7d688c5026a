package dev.writ.connect.mcp;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a server may ask of callers, and tell them besides progress, as the operator switched it on for this server.
 *
 * @param elicitation it may ask the person behind the caller
 * @param sampling it may have the caller's model write something
 * @param roots it may ask which folders the caller works in
 * @param logging its log messages reach the caller
 */
public record Relay(boolean elicitation, boolean sampling, boolean roots, boolean logging) {

    /** Nothing of it. */
    public static final Relay NONE = new Relay(false, false, false, false);

    /** All of it. */
    public static final Relay ALL = new Relay(true, true, true, true);

    /** Whether a question of that method may be passed on. */
    /** Whether anything may be asked, and so be answered: what a client brings along is no rule's to see. */
    boolean allowsAsking() {
        return elicitation || sampling || roots;
    }

    boolean allowsAsking(String method) {
        return switch (method) {
            case "elicitation/create" -> elicitation;
            case "sampling/createMessage" -> sampling;
            case "roots/list" -> roots;
            default -> false;
        };
    }

    /** Those of a caller's capabilities that this server may know of. */
    JsonObject among(JsonObject capabilities) {
        Map<String, JsonValue> known = new TreeMap<>();
        keep(elicitation, "elicitation", capabilities, known);
        keep(sampling, "sampling", capabilities, known);
        keep(roots, "roots", capabilities, known);
        return new JsonObject(known);
    }

    private static void keep(boolean on, String name, JsonObject capabilities, Map<String, JsonValue> known) {
        Optional<JsonValue> value = capabilities.get(name).filter(present -> on);
        value.ifPresent(present -> known.put(name, present));
    }

    /** What is declared to a server that is told once for all callers (before 2026-07-28). */
    JsonObject forAllCallers() {
        JsonObject forms = JsonObject.builder()
                .put("form", JsonObject.empty())
                .put("url", JsonObject.empty())
                .build();
        return among(JsonObject.builder()
                .put("elicitation", forms)
                .put("sampling", JsonObject.empty())
                .put("roots", JsonObject.empty())
                .build());
    }
}
