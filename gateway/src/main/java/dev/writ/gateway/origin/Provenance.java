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
 * @param names JSONPaths of names, addresses and ids that are trusted as a whole and never in part: prose in such a place is prose
 * @param referred items that the person may refer to by one of their members
 */
public record Provenance(List<String> trusted, List<String> untrusted, List<String> names, List<Referral> referred) {

    /** Nothing is trusted. */
    public static final Provenance NONE = new Provenance(List.of(), List.of(), List.of(), List.of());

    private static final int MOST_PATHS = 32;

    /** Of one result; to the others nobody can refer. */
    private static final int MOST_ITEMS = 256;

    private static final Configuration VALUES = Configuration.builder()
            .jsonProvider(new JacksonJsonNodeJsonProvider())
            .mappingProvider(new JacksonMappingProvider())
            .options(Option.SUPPRESS_EXCEPTIONS)
            .build();

    private static final Configuration PATHS = Configuration.builder()
            .jsonProvider(new JacksonJsonNodeJsonProvider())
            .mappingProvider(new JacksonMappingProvider())
            .options(Option.AS_PATH_LIST, Option.SUPPRESS_EXCEPTIONS)
            .build();

    /** @throws IllegalArgumentException saying which path cannot be used */
    public Provenance {
        trusted = checked(trusted);
        untrusted = checked(untrusted);
        names = checked(names);
        referred = List.copyOf(referred);
        checked(referred.stream().map(Referral::each).toList());
    }

    /** Without names and items. */
    public Provenance(List<String> trusted, List<String> untrusted) {
        this(trusted, untrusted, List.of(), List.of());
    }

    /**
     * Items of a result that stand for something which the person may speak of.
     *
     * @param each JSONPath of the items
     * @param by members of an item by which the person may refer to it
     * @param fields members whose values the person then has referred to
     */
    public record Referral(String each, List<String> by, List<String> fields) {

        public Referral {
            by = List.copyOf(by);
            fields = List.copyOf(fields);
            if (by.isEmpty() || fields.isEmpty() || by.size() > MOST_PATHS || fields.size() > MOST_PATHS) {
                throw new IllegalArgumentException(
                        "what is referred to has 1 to " + MOST_PATHS + " members in 'by' and in 'fields'");
            }
        }

        JsonObject toJson() {
            return JsonObject.builder()
                    .put("each", each)
                    .put("by", JsonArray.ofTexts(by))
                    .put("fields", JsonArray.ofTexts(fields))
                    .build();
        }

        static Referral fromJson(JsonObject json) {
            return new Referral(
                    json.text("each").orElse(""),
                    json.array("by").map(JsonArray::texts).orElse(List.of()),
                    json.array("fields").map(JsonArray::texts).orElse(List.of()));
        }
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
        JsonObject.Builder json = JsonObject.builder()
                .put("trusted", JsonArray.ofTexts(trusted))
                .put("untrusted", JsonArray.ofTexts(untrusted));
        if (!names.isEmpty()) {
            json.put("names", JsonArray.ofTexts(names));
        }
        if (!referred.isEmpty()) {
            json.put(
                    "referred",
                    new JsonArray(
                            referred.stream().<JsonValue>map(Referral::toJson).toList()));
        }
        return json.build();
    }

    /** Reads what {@link #toJson} wrote. */
    public static Provenance fromJson(JsonObject json) {
        return new Provenance(
                json.array("trusted").map(JsonArray::texts).orElse(List.of()),
                json.array("untrusted").map(JsonArray::texts).orElse(List.of()),
                json.array("names").map(JsonArray::texts).orElse(List.of()),
                json.array("referred")
                        .map(items -> items.items().stream()
                                .map(item -> Referral.fromJson((JsonObject) item))
                                .toList())
                        .orElse(List.of()));
    }

    /** The texts of a result, apart. Never throws for what a tool answered. */
    Parts parts(JsonValue result) {
        Parts parts = new Parts(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        if (trusted.isEmpty() && names.isEmpty() && referred.isEmpty()) {
            parts.untrusted().addAll(Texts.of(result));
            return parts;
        }
        JsonNode tree = JsonNodes.of(result);
        new Walk(selected(trusted, tree), selected(untrusted, tree), selected(names, tree), parts)
                .visit("$", result, false);
        for (Referral referral : referred) {
            items(referral.each(), tree).forEach(item -> parts.items().add(item(referral, item)));
        }
        return parts;
    }

    /**
     * @param names trusted each as a whole; they are among {@code untrusted}, too
     * @param items that can be referred to; what is in them is among the others, too
     */
    record Parts(List<String> trusted, List<String> untrusted, List<String> names, List<Item> items) {}

    /** @param keys by which the person may refer to it */
    record Item(List<String> keys, List<String> texts) {}

    private static Item item(Referral referral, JsonObject item) {
        return new Item(texts(item, referral.by()), texts(item, referral.fields()));
    }

    private static List<String> texts(JsonObject item, List<String> members) {
        return members.stream()
                .flatMap(member -> item.get(member).map(Texts::of).orElse(List.of()).stream())
                .toList();
    }

    private static List<JsonObject> items(String each, JsonNode tree) {
        List<JsonObject> items = new ArrayList<>();
        try {
            JsonNode found = JsonPath.using(VALUES).parse(tree).read(each);
            // A path with one place gives the item, and one with many a list of them.
            Iterable<JsonNode> all = found == null ? List.of() : found.isArray() ? found : List.of(found);
            for (JsonNode one : all) {
                if (one.isObject() && items.size() < MOST_ITEMS) {
                    items.add((JsonObject) JsonNodes.toJson(one));
                }
            }
            return items;
        } catch (JsonPathException | IllegalArgumentException | ClassCastException absent) {
            return List.of();
        }
    }

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
    private record Walk(Set<String> trusted, Set<String> untrusted, Set<String> names, Parts parts) {

        void visit(String path, JsonValue value, boolean inherited) {
            if (untrusted.contains(path)) {
                parts.untrusted().addAll(Texts.of(value));
                return;
            }
            if (names.contains(path)) {
                List<String> texts = Texts.of(value);
                parts.names().addAll(texts);
                // As a whole it is trusted; whoever uses a part of it may be using what somebody hid there.
                parts.untrusted().addAll(texts);
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
