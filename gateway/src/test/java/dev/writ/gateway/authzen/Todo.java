package dev.writ.gateway.authzen;

import dev.writ.gateway.Fixture;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.rules.ToolListing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The pack for shared lists, with people of somebody's. */
final class Todo {

    private static final Path PACKS = Path.of("..", "rules", "packs");

    private Todo() {}

    static External open(Fixture fixture, List<JsonObject> people) {
        return External.open(fixture, "todo", document(people), read("todo", "todos.drl"));
    }

    /** Its tools, and who there is. */
    static String document(List<JsonObject> people) {
        JsonObject tools = (JsonObject) ToolListing.parse("todo.yaml", read("tools", "todo.yaml"), new ArrayList<>())
                .orElseThrow();
        JsonObject.Builder document = JsonObject.builder();
        tools.members().forEach(document::put);
        document.put("entities", new JsonArray(List.copyOf(people)));
        return document.build().toJson();
    }

    /** Those whose attributes a scenario lists, by the id of the subject. */
    static List<JsonObject> people(String scenario) {
        int begin = scenario.indexOf("```js", scenario.indexOf("## Attributes")) + "```js".length();
        JsonObject attributes = (JsonObject) JsonValue.parse(scenario.substring(begin, scenario.indexOf("```", begin)));
        return attributes.members().entrySet().stream()
                .map(person -> JsonObject.builder()
                        .put("type", "user")
                        .put("id", person.getKey())
                        .put("properties", person.getValue())
                        .build())
                .toList();
    }

    private static String read(String folder, String file) {
        try {
            return Files.readString(PACKS.resolve(folder).resolve(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
