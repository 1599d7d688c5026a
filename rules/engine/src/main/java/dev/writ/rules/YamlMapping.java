package dev.writ.rules;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Entries in a YAML file whose keys are known to be the right ones. */
record YamlMapping(YamlValue value, MappingNode node) {

    Optional<YamlValue> optional(String key) {
        for (NodeTuple entry : node.getValue()) {
            if (entry.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)) {
                return Optional.of(value.in(entry.getValueNode()));
            }
        }
        return Optional.empty();
    }

    /** Reported if it is missing. */
    Optional<YamlValue> required(String key) {
        Optional<YamlValue> found = optional(key);
        if (found.isEmpty()) {
            value.report("'" + key + "' is missing");
        }
        return found;
    }

    /** A text of that form; empty, and reported, if there is none. */
    String text(String key, Pattern form, String described) {
        Optional<YamlValue> found = required(key);
        Optional<String> text = found.flatMap(YamlValue::text);
        if (text.isPresent() && !form.matcher(text.get()).matches()) {
            found.get().report("'" + key + "' is " + described);
            return "";
        }
        return text.orElse("");
    }

    /** Empty if it is missing. */
    List<YamlValue> items(String key) {
        return optional(key).map(YamlValue::items).orElse(List.of());
    }

    /** Empty if it is missing. */
    List<String> texts(String key) {
        return items(key).stream().flatMap(item -> item.text().stream()).toList();
    }
}
