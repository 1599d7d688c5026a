package dev.writ.gateway.envelope;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which calls an envelope is for: those with exactly these arguments, but for the ones that are bounded.
 *
 * @param arguments of the call that it was made from
 * @param bounds by JSON Pointer (RFC 6901) of the argument; none is inside of another
 */
record Terms(JsonObject arguments, SortedMap<String, Bound> bounds) {

    private static final int MOST = 32;

    Terms {
        bounds = Collections.unmodifiableSortedMap(new TreeMap<>(bounds));
    }

    /**
     * Reads bounds that somebody asks for.
     *
     * @param arguments of a call that has to be inside
     * @throws IllegalArgumentException that says what is wrong with them
     */
    static Terms around(JsonObject arguments, List<JsonObject> bounds) {
        Terms terms = new Terms(arguments, read(bounds));
        Map<String, JsonValue> there = new HashMap<>();
        collect("", arguments, there);
        terms.bounds().forEach((path, bound) -> {
            JsonValue value = there.get(path);
            if (value == null || path.isEmpty()) {
                throw new IllegalArgumentException("the call has no argument at '" + path + "'");
            }
            if (!bound.admits(value)) {
                throw new IllegalArgumentException("the call itself is outside of the bound of '" + path + "'");
            }
        });
        return terms;
    }

    /**
     * The same calls but for other bounds.
     *
     * @throws IllegalArgumentException if they would admit a call that these do not, or make no sense
     */
    Terms narrowed(List<JsonObject> others) {
        Terms narrower = new Terms(arguments, read(others));
        narrower.bounds().forEach((path, bound) -> {
            Bound before = bounds.get(path);
            if (before == null || !bound.isWithin(before)) {
                throw new IllegalArgumentException("the bound of '" + path
                        + "' is not within the one that people consented to; what is wider needs their consent");
            }
        });
        return narrower;
    }

    /** Whether a call with those arguments is inside. */
    boolean admit(JsonObject other) {
        return admit("", arguments, other);
    }

    private boolean admit(String path, JsonValue ours, JsonValue other) {
        Bound bound = bounds.get(path);
        if (bound != null) {
            return bound.admits(other);
        }
        if (ours instanceof JsonObject object && other instanceof JsonObject given) {
            return object.members().keySet().equals(given.members().keySet())
                    && object.members().entrySet().stream()
                            .allMatch(member -> admit(
                                    path + step(member.getKey()),
                                    member.getValue(),
                                    given.get(member.getKey()).orElseThrow()));
        }
        if (ours instanceof JsonArray array && other instanceof JsonArray given) {
            if (array.items().size() != given.items().size()) {
                return false;
            }
            for (int i = 0; i < array.items().size(); i++) {
                if (!admit(path + "/" + i, array.items().get(i), given.items().get(i))) {
                    return false;
                }
            }
            return true;
        }
        return ours.equals(other);
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("arguments", arguments)
                .put("bounds", boundsJson())
                .build();
    }

    JsonArray boundsJson() {
        return new JsonArray(bounds.entrySet().stream()
                .<JsonValue>map(bound -> bound.getValue()
                        .put(JsonObject.builder().put("path", bound.getKey()))
                        .build())
                .toList());
    }

    /** Reads what {@link #toJson} wrote. */
    static Terms fromJson(JsonObject json) {
        return new Terms(
                json.object("arguments").orElseThrow(),
                read(json.array("bounds").orElseThrow().items().stream()
                        .map(JsonObject.class::cast)
                        .toList()));
    }

    private static SortedMap<String, Bound> read(List<JsonObject> bounds) {
        if (bounds.size() > MOST) {
            throw new IllegalArgumentException("there are at most " + MOST + " bounds");
        }
        SortedMap<String, Bound> read = new TreeMap<>();
        for (JsonObject bound : bounds) {
            String path = bound.text("path")
                    .orElseThrow(() -> new IllegalArgumentException("a bound has a 'path', such as \"/amount\""));
            if (read.put(path, Bound.fromJson(bound)) != null) {
                throw new IllegalArgumentException("'" + path + "' is bounded twice");
            }
        }
        for (String path : read.keySet()) {
            if (read.keySet().stream().anyMatch(other -> other.startsWith(path + "/"))) {
                throw new IllegalArgumentException("'" + path + "' is bounded, and so is something in it");
            }
        }
        return read;
    }

    private static void collect(String path, JsonValue value, Map<String, JsonValue> there) {
        there.put(path, value);
        if (value instanceof JsonObject object) {
            object.members().forEach((name, member) -> collect(path + step(name), member, there));
        } else if (value instanceof JsonArray array) {
            for (int i = 0; i < array.items().size(); i++) {
                collect(path + "/" + i, array.items().get(i), there);
            }
        }
    }

    private static String step(String name) {
        return "/" + name.replace("~", "~0").replace("/", "~1");
    }

    @Override
    public String toString() {
        return "Terms[" + bounds.size() + "]";
    }
}
