package dev.writ.gateway.authzen;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The fixture that the certification scenario asks for, built from its own tables and sentences. */
record CertificationFixture(String scenario) {

    private static final Pattern RULE = Pattern.compile(
            "^\\d+\\. For (?:subject `(?<subject>[^`]+)`|a subject with `properties\\.(?<subjectKey>\\w+)` = `(?<subjectValue>[^`]+)`)"
                    + " performing action `(?<action>[^`]+)`"
                    + "(?: with `properties\\.(?<actionKey>\\w+)` = `(?<actionValue>[^`]+)`)?"
                    + " on (?:resource `(?<resource>[^`]+)`|a resource with `properties\\.(?<resourceKey>\\w+)` = `(?<resourceValue>[^`]+)`)"
                    + ": the decision MUST be `(?<decision>true|false)`",
            Pattern.MULTILINE);

    private static final Pattern ROW = Pattern.compile(
            "^\\| `(?<id>[^`]+)` \\| `(?<type>[^`]+)` \\|(?: `(?<key>\\w+)`: `(?<value>[^`]+)`)? *\\|$",
            Pattern.MULTILINE);

    /** Where its resources, which are the second table, begin. */
    private String resources() {
        return scenario.substring(scenario.indexOf("{#c-1-2}"), scenario.indexOf("{#c-1-3}"));
    }

    private String resourceType() {
        return ROW.matcher(resources()).results().findFirst().orElseThrow().group(2);
    }

    /** The tools and entities of a connector. */
    JsonObject document() {
        Set<String> actions = new LinkedHashSet<>();
        RULE.matcher(scenario)
                .results()
                .forEach(found -> actions.add(matcher(found.group()).group("action")));
        List<JsonValue> tools = new ArrayList<>();
        for (String action : actions) {
            tools.add(JsonObject.builder()
                    .put("name", resourceType() + "." + action)
                    .put("description", action)
                    .put("inputSchema", JsonValue.parse("""
                            {"type": "object", "additionalProperties": false, "properties":
                              {"subject": %s, "action": %s, "resource": %s, "context": {"type": "object"}, "known": {"type": "object"}}}
                            """.formatted(
                                    schema("subject"), schema("action"), schema("resource"))))
                    .build());
        }
        return JsonObject.builder()
                .put("tools", new JsonArray(tools))
                .put("entities", new JsonArray(entities().toList()))
                .build();
    }

    /** Of an entity, with the properties that a sentence speaks of. */
    private String schema(String entity) {
        JsonObject.Builder properties = JsonObject.builder();
        RULE.matcher(scenario)
                .results()
                .map(found -> matcher(found.group()))
                .filter(rule -> rule.group(entity + "Key") != null)
                .forEach(rule -> properties.put(
                        rule.group(entity + "Key"),
                        JsonObject.builder()
                                .put(
                                        "type",
                                        value(rule.group(entity + "Value")) instanceof JsonBoolean
                                                ? "boolean"
                                                : "string")
                                .build()));
        return """
                {"type": "object", "properties": {"id": {"type": "string"}, "properties": {"type": "object", "properties": %s}}}
                """.formatted(properties.build().toJson());
    }

    private Stream<JsonValue> entities() {
        return ROW.matcher(scenario).results().map(found -> {
            Matcher row = ROW.matcher(found.group());
            if (!row.find()) {
                throw new IllegalStateException("a row is a row");
            }
            JsonObject.Builder entity =
                    JsonObject.builder().put("type", row.group("type")).put("id", row.group("id"));
            if (row.group("key") != null) {
                entity.put(
                        "properties",
                        JsonObject.builder()
                                .put(row.group("key"), value(row.group("value")))
                                .build());
            }
            return entity.build();
        });
    }

    /** One rule for each sentence; a sentence that denies comes first by the law of decisions. */
    String rules(String connector) {
        StringBuilder rules = new StringBuilder();
        RULE.matcher(scenario).results().forEach(found -> {
            Matcher rule = matcher(found.group());
            List<String> conditions = new ArrayList<>();
            conditions.add("tool == \"" + connector + "." + resourceType() + "." + rule.group("action") + "\"");
            id(conditions, "subject", rule.group("subject"));
            property(conditions, "subject", rule.group("subjectKey"), rule.group("subjectValue"));
            property(conditions, "action", rule.group("actionKey"), rule.group("actionValue"));
            id(conditions, "resource", rule.group("resource"));
            property(conditions, "resource", rule.group("resourceKey"), rule.group("resourceValue"));
            rules.append("rule \"sentence ")
                    .append(connector)
                    .append(' ')
                    .append(found.start())
                    .append("\"\nwhen\n    ToolCall( ")
                    .append(String.join(", ", conditions))
                    .append(" )\nthen\n    ")
                    .append(rule.group("decision").equals("true") ? "allow" : "deny")
                    .append("(\"as the scenario says\");\nend\n");
        });
        return rules.toString();
    }

    private static Matcher matcher(String sentence) {
        Matcher rule = RULE.matcher(sentence);
        if (!rule.find()) {
            throw new IllegalStateException("a sentence is a rule");
        }
        return rule;
    }

    private static void id(List<String> conditions, String entity, String id) {
        if (id != null) {
            conditions.add("text(\"" + entity + ".id\") == \"" + id + "\"");
        }
    }

    private static void property(List<String> conditions, String entity, String key, String value) {
        if (key != null) {
            String path = "(\"" + entity + ".properties." + key + "\") == ";
            conditions.add(
                    value(value) instanceof JsonBoolean flag
                            ? "flag" + path + flag.toJson()
                            : "text" + path + value(value).toJson());
        }
    }

    /** As the scenario writes it: a text in quotes, or a flag. */
    private static JsonValue value(String written) {
        return written.startsWith("\"") ? JsonValue.parse(written) : JsonBoolean.of(Boolean.parseBoolean(written));
    }
}
