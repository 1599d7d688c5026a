package dev.writ.gateway.origin;

import com.fasterxml.jackson.databind.JsonNode;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.Option;
import com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import dev.writ.gateway.wire.JsonNodes;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the operator says of who can write the fields of a tool's results. Whatever is not declared, outsiders can write.
 *
 * @param trusted JSONPaths of what only trustworthy parties write, with all that is inside
 * @param untrusted JSONPaths of what outsiders can write inside of it
 */
public record Provenance(List<String> trusted, List<String> untrusted) {

    /** Nothing is trusted. */
    public static final Provenance NONE = new Provenance(List.of(), List.of());

    private static final int MOST_PATHS = 32;

    private static final Configuration PATHS = Configuration.builder()
            .jsonProvider(new JacksonJsonNodeJsonProvider())
            .mappingProvider(new JacksonMappingProvider())
            .options(Option.AS_PATH_LIST, Option.SUPPRESS_EXCEPTIONS)
            .build();

    /** @throws IllegalArgumentException saying which path cannot be used */
    public Provenance {
        trusted = checked(trusted);
        untrusted = checked(untrusted);
    }

    private static List<String> checked(List<String> paths) {
        if (paths.size() > MOST_PATHS) {
            throw new IllegalArgumentException("at most " + MOST_PATHS + " paths can be declared of each kind");
        }
        for (String path : paths) {
            // Its matcher can be kept busy by what the tool answers.
            if (path.contains("=~")) {
                throw new IllegalArgumentException("a path with a regular expression cannot be used");
            }
            try {
                JsonPath.compile(path);
            } catch (InvalidPathException | IllegalArgumentException malformed) {
                throw new IllegalArgumentException("a path is not a JSONPath", malformed);
            }
        }
        return List.copyOf(paths);
    }

    /** As it is declared and recorded. */
    public JsonObject toJson() {
        return JsonObject.builder()
                .put("trusted", JsonArray.ofTexts(trusted))
                .put("untrusted", JsonArray.ofTexts(untrusted))
                .build();
    }

    /** Reads what {@link #toJson} wrote. */
    public static Provenance fromJson(JsonObject json) {
        return new Provenance(
                json.array("trusted").map(JsonArray::texts).orElse(List.of()),
                json.array("untrusted").map(JsonArray::texts).orElse(List.of()));
    }

    /** The texts of a result, apart. Never throws for what a tool answered. */
    Parts parts(JsonValue result) {
        Parts parts = new Parts(new ArrayList<>(), new ArrayList<>());
        if (trusted.isEmpty()) {
            parts.untrusted().addAll(Texts.of(result));
            return parts;
        }
        JsonNode tree = JsonNodes.of(result);
        new Walk(selected(trusted, tree), selected(untrusted, tree), parts).visit("$", result, false);
        return parts;
    }

    record Parts(List<String> trusted, List<String> untrusted) {}

    private static Set<String> selected(List<String> paths, JsonNode tree) {
        Set<String> selected = new TreeSet<>();
        for (String path : paths) {
            if (path.equals("$")) {
                selected.add(path);
                continue;
            }
            selected.addAll(selected(path, tree));
        }
        return selected;
    }

    /** What the path selects of this result; nothing if the result has not what it asks for. */
    private static List<String> selected(String path, JsonNode tree) {
        List<String> selected = new ArrayList<>();
        try {
            JsonNode found = JsonPath.using(PATHS).parse(tree).read(path);
            if (found != null) {
                found.forEach(one -> selected.add(one.asText()));
            }
            return selected;
        } catch (JsonPathException | IllegalArgumentException | ClassCastException absent) {
            return List.of();
        }
    }

    /** A name with the signs that paths are written in could make up a path that is trusted. */
    private static boolean isPlain(String name) {
        return name.chars().noneMatch(sign -> "'\"[]\\".indexOf(sign) >= 0);
    }

    /** Goes through a result; the names of members are of the object that they are in. */
    private record Walk(Set<String> trusted, Set<String> untrusted, Parts parts) {

        void visit(String path, JsonValue value, boolean inherited) {
            if (untrusted.contains(path)) {
                parts.untrusted().addAll(Texts.of(value));
                return;
            }
            boolean isTrusted = inherited || trusted.contains(path);
            List<String> side = isTrusted ? parts.trusted() : parts.untrusted();
            if (value instanceof JsonObject object) {
                object.members().forEach((name, member) -> {
                    if (!isPlain(name)) {
                        parts.untrusted().add(name);
                        parts.untrusted().addAll(Texts.of(member));
                        return;
                    }
                    side.add(name);
                    visit(path + "['" + name + "']", member, isTrusted);
                });
            } else if (value instanceof JsonArray array) {
                for (int i = 0; i < array.items().size(); i++) {
                    visit(path + "[" + i + "]", array.items().get(i), isTrusted);
                }
            } else if (value instanceof JsonString text) {
                side.add(text.value());
            } else if (value instanceof JsonNumber number) {
                side.add(Numbers.written(number.value()));
            }
        }
    }
}
