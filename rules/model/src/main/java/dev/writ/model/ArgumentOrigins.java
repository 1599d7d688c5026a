package dev.writ.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The origins of a call's arguments, one for each path.
 *
 * <p>Texts and numbers have origins. A list or an object has the worst of what it holds. {@code true}, {@code false}, {@code null}
 * and what is empty have none, as what is absent: they name nothing and nobody.
 */
public final class ArgumentOrigins {

    /** Of many entries that a value was seen in, this many are named. */
    public static final int NAMED = 10;

    private final Predicate<String> isNamed;
    private final BiFunction<String, JsonValue, Origin> leaf;
    private final Map<String, Origin> found = new TreeMap<>();

    private ArgumentOrigins(Predicate<String> isNamed, BiFunction<String, JsonValue, Origin> leaf) {
        this.isNamed = isNamed;
        this.leaf = leaf;
    }

    /**
     * The origins, in the order of their paths.
     *
     * @param isNamed whether members of that name have an origin of their own; the others count for what they are in
     * @param leaf the origin of a text or number at a path; items of a list have the path of the list
     */
    public static List<Origin> of(
            JsonObject arguments, Predicate<String> isNamed, BiFunction<String, JsonValue, Origin> leaf) {
        ArgumentOrigins origins = new ArgumentOrigins(isNamed, leaf);
        arguments.members().forEach((name, value) -> {
            if (isNamed.test(name)) {
                origins.visit(List.of(name), value);
            }
        });
        return List.copyOf(origins.found.values());
    }

    /** Whether any argument has an origin. */
    public static boolean areIn(JsonValue value) {
        if (value instanceof JsonObject object) {
            return object.members().values().stream().anyMatch(ArgumentOrigins::areIn);
        }
        return value instanceof JsonArray array
                ? array.items().stream().anyMatch(ArgumentOrigins::areIn)
                : isLeaf(value);
    }

    /** @param paths of the value and of all that it is in, the innermost last */
    private void visit(List<String> paths, JsonValue value) {
        String path = paths.get(paths.size() - 1);
        if (value instanceof JsonObject object) {
            object.members().forEach((name, inner) -> {
                if (isNamed.test(name)) {
                    List<String> deeper = new ArrayList<>(paths);
                    deeper.add(path + "." + name);
                    visit(deeper, inner);
                } else {
                    leaves(inner).forEach(one -> add(paths, one));
                }
            });
        } else if (value instanceof JsonArray array) {
            array.items().forEach(item -> leaves(item).forEach(one -> add(paths, one)));
        } else {
            leaves(value).forEach(one -> add(paths, one));
        }
    }

    private void add(List<String> paths, JsonValue value) {
        Origin origin = leaf.apply(paths.get(paths.size() - 1), value);
        paths.forEach(path -> found.merge(path, at(path, origin), ArgumentOrigins::worse));
    }

    private static Stream<JsonValue> leaves(JsonValue value) {
        if (value instanceof JsonObject object) {
            return object.members().values().stream().flatMap(ArgumentOrigins::leaves);
        } else if (value instanceof JsonArray array) {
            return array.items().stream().flatMap(ArgumentOrigins::leaves);
        } else {
            return isLeaf(value) ? Stream.of(value) : Stream.empty();
        }
    }

    private static boolean isLeaf(JsonValue value) {
        return value instanceof JsonNumber
                || (value instanceof JsonString text && !text.value().isBlank());
    }

    private static Origin at(String path, Origin origin) {
        return new Origin(path, origin.source(), origin.tainted(), origin.seenAt());
    }

    private static Origin worse(Origin one, Origin other) {
        if (one.equals(other)) {
            return one;
        }
        Source source = one.source().compareTo(other.source()) >= 0 ? one.source() : other.source();
        List<Long> seenAt = Stream.concat(one.seenAt().stream(), other.seenAt().stream())
                .distinct()
                .sorted()
                .toList();
        return new Origin(
                one.argument(),
                source,
                one.tainted() || other.tainted(),
                seenAt.subList(Math.max(0, seenAt.size() - NAMED), seenAt.size()));
    }
}
