package dev.writ.gateway.catalog;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator says of people and things that an external connector's tools are about: the facts that an application which asks
 * for a decision need not send, and cannot make up.
 *
 * @param byType type, then id, to properties; in the order in which they were written
 */
public record Entities(Map<String, Map<String, JsonObject>> byType) {

    public static final Entities NONE = new Entities(Map.of());

    private static final String MEMBER = "entities";

    public Entities {
        Map<String, Map<String, JsonObject>> copy = new LinkedHashMap<>();
        byType.forEach((type, byId) -> copy.put(type, Collections.unmodifiableMap(new LinkedHashMap<>(byId))));
        byType = Collections.unmodifiableMap(copy);
    }

    /**
     * Reads {@code entities: [{type, id, properties?}]} beside the tools of a listing.
     *
     * @throws IllegalArgumentException if it is something else, or has an entity twice
     */
    static Entities of(JsonValue listing) {
        Optional<JsonValue> member =
                listing instanceof JsonObject object ? object.get(MEMBER) : Optional.<JsonValue>empty();
        if (member.isEmpty()) {
            return NONE;
        }
        if (!(member.get() instanceof JsonArray items)) {
            throw new IllegalArgumentException("'entities' is a list of {type, id, properties}");
        }
        Map<String, Map<String, JsonObject>> byType = new LinkedHashMap<>();
        for (JsonValue item : items.items()) {
            JsonObject entity = item instanceof JsonObject object ? object : JsonObject.empty();
            String type = text(entity, "type");
            String id = text(entity, "id");
            Optional<JsonValue> properties = entity.get("properties");
            if (properties.isPresent() && !(properties.get() instanceof JsonObject)) {
                throw new IllegalArgumentException("the 'properties' of an entity are an object");
            }
            if (byType.computeIfAbsent(type, first -> new LinkedHashMap<>())
                            .put(id, entity.object("properties").orElse(JsonObject.empty()))
                    != null) {
                throw new IllegalArgumentException("'entities' has two of one type and id");
            }
        }
        return new Entities(byType);
    }

    private static String text(JsonObject entity, String member) {
        return entity.text(member)
                .filter(text -> !text.isEmpty())
                .orElseThrow(
                        () -> new IllegalArgumentException("each of 'entities' has a text as its '" + member + "'"));
    }

    public boolean isEmpty() {
        return byType.isEmpty();
    }

    /** What is said of one; empty if it is not among them. */
    public Optional<JsonObject> properties(String type, String id) {
        return Optional.ofNullable(ofType(type).get(id));
    }

    /** All of one type, by id. */
    public Map<String, JsonObject> ofType(String type) {
        return byType.getOrDefault(type, Map.of());
    }

    @Override
    public String toString() {
        return "Entities[" + byType.keySet().size() + " types]";
    }
}
