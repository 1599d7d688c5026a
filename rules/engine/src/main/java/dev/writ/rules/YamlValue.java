package dev.writ.rules;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonException;
import dev.writ.model.JsonNull;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Something in a YAML file, and where it stands. What is asked of it and not true of it is reported, and left out.
 *
 * <p>Only nodes are read, and no objects made of them, so tags have no power. Scalars are what JSON says they are: {@code on} is
 * a text and 1.10 a number.
 */
record YamlValue(String file, Node node, List<BundleProblem> problems) {

    private static final Set<Tag> JSON_SCALARS = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);

    /** The one document in it; empty, and reported, if it is none. */
    static Optional<YamlValue> parse(String file, String text, List<BundleProblem> problems) {
        return YamlDocument.compose(file, text, problems).map(node -> new YamlValue(file, node, problems));
    }

    /** Its entries, of which there are no others than these. */
    Optional<YamlMapping> mapping(Set<String> keys) {
        if (!(node instanceof MappingNode mapping)) {
            report("here stand entries: "
                    + String.join(", ", keys.stream().sorted().toList()));
            return Optional.empty();
        }
        Set<String> seen = new HashSet<>();
        for (NodeTuple entry : mapping.getValue()) {
            String key = key(entry).orElse("");
            if (!keys.contains(key)) {
                in(entry.getKeyNode()).report("there is no entry '" + key + "'; " + Nearest.hint(key, keys));
            } else if (!seen.add(key)) {
                in(entry.getKeyNode()).report("'" + key + "' is here twice");
            }
        }
        return Optional.of(new YamlMapping(this, mapping));
    }

    /** Its entries, whatever their names. */
    Map<String, YamlValue> entries() {
        if (!(node instanceof MappingNode mapping)) {
            report("here stand entries");
            return Map.of();
        }
        Map<String, YamlValue> entries = new LinkedHashMap<>();
        for (NodeTuple entry : mapping.getValue()) {
            Optional<String> key = key(entry);
            if (key.isEmpty() || entries.put(key.get(), in(entry.getValueNode())) != null) {
                in(entry.getKeyNode()).report("a name stands here, and only once");
            }
        }
        return entries;
    }

    boolean isText() {
        return node instanceof ScalarNode;
    }

    /** It as text: a string, or a number or boolean as it is written. */
    Optional<String> text() {
        if (node instanceof ScalarNode scalar
                && JSON_SCALARS.contains(scalar.getTag())
                && !scalar.getTag().equals(Tag.NULL)) {
            return Optional.of(scalar.getValue());
        }
        report("here stands a text");
        return Optional.empty();
    }

    List<YamlValue> items() {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue().stream().map(this::in).toList();
        }
        report("here stands a list");
        return List.of();
    }

    /** It as JSON. */
    Optional<JsonValue> json() {
        try {
            if (node instanceof MappingNode mapping) {
                return object(mapping);
            } else if (node instanceof SequenceNode sequence) {
                List<JsonValue> items = new ArrayList<>();
                sequence.getValue().forEach(item -> in(item).json().ifPresent(items::add));
                return Optional.of(new JsonArray(items));
            } else if (node instanceof ScalarNode scalar && JSON_SCALARS.contains(scalar.getTag())) {
                return Optional.of(scalar(scalar));
            }
        } catch (JsonException | NumberFormatException notJson) {
            report("this has no form in JSON");
            return Optional.empty();
        }
        report("tags are not used here");
        return Optional.empty();
    }

    /** It as a JSON object. */
    Optional<JsonObject> jsonObject() {
        if (json().orElse(JsonNull.NULL) instanceof JsonObject object) {
            return Optional.of(object);
        }
        report("here stand entries");
        return Optional.empty();
    }

    private Optional<JsonValue> object(MappingNode mapping) {
        JsonObject.Builder object = JsonObject.builder();
        Set<String> seen = new HashSet<>();
        for (NodeTuple entry : mapping.getValue()) {
            Optional<String> key = key(entry);
            if (key.isEmpty() || !seen.add(key.get())) {
                in(entry.getKeyNode()).report("a name stands here, and only once");
            } else {
                in(entry.getValueNode()).json().ifPresent(value -> object.put(key.get(), value));
            }
        }
        return Optional.of(object.build());
    }

    private static JsonValue scalar(ScalarNode scalar) {
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return new JsonNumber(new BigDecimal(scalar.getValue()));
        } else if (tag.equals(Tag.BOOL)) {
            return JsonBoolean.of(Boolean.parseBoolean(scalar.getValue()));
        } else {
            return tag.equals(Tag.NULL) ? JsonNull.NULL : new JsonString(scalar.getValue());
        }
    }

    private static Optional<String> key(NodeTuple entry) {
        return entry.getKeyNode() instanceof ScalarNode key ? Optional.of(key.getValue()) : Optional.empty();
    }

    YamlValue in(Node inner) {
        return new YamlValue(file, inner, problems);
    }

    int line() {
        return node.getStartMark().getLine() + 1;
    }

    void report(String message) {
        problems.add(new BundleProblem(file, line(), node.getStartMark().getColumn() + 1, message));
    }
}
