package dev.writ.gateway.origin;

import dev.writ.gateway.origin.TauBench.Action;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a service desk's tools answer: by a database, if there is one, and else as it would have to be for the calls to make sense. */
abstract class DeskWorld {

    /** Users, reservations, orders and so on, each by its id. */
    private final Map<String, Map<String, JsonObject>> tables = new HashMap<>();

    /** The look-ups that an agent makes that keeps to the policy, before that call. */
    abstract List<Action> lookUps(Action write);

    /** What the tool answers; empty if it fails. A write changes what later calls answer. */
    abstract Optional<JsonValue> answer(Action action);

    /** Makes up what is not there and has to be for a task's calls. */
    abstract void makeUp(List<Action> actions);

    /** From {@code folder/db.json}, or a file for each table as {@code folder/users.json}. */
    void read(Path folder, List<String> names) {
        Path all = folder.resolve("db.json");
        Optional<JsonObject> database = Files.exists(all) ? Optional.of(json(all)) : Optional.empty();
        for (String name : names) {
            JsonObject table = database.map(object -> object.object(name).orElse(JsonObject.empty()))
                    .orElseGet(() -> json(folder.resolve(name + ".json")));
            table.members().forEach((id, row) -> put(name, id, (JsonObject) row));
        }
    }

    private static JsonObject json(Path file) {
        try {
            return (JsonObject) JsonValue.parse(Files.readAllBytes(file), JsonLimits.TRUSTED);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    final Map<String, JsonObject> table(String name) {
        return tables.computeIfAbsent(name, made -> new HashMap<>());
    }

    final Optional<JsonObject> row(String table, String id) {
        return Optional.ofNullable(table(table).get(id));
    }

    final JsonObject put(String table, String id, JsonObject row) {
        table(table).put(id, row);
        return row;
    }

    /** The row with some members in place of what is there. */
    final Optional<JsonValue> change(String table, String id, Map<String, JsonValue> members) {
        return row(table, id).map(row -> put(table, id, with(row, members)));
    }

    static JsonObject with(JsonObject row, Map<String, JsonValue> members) {
        JsonObject.Builder changed = JsonObject.builder();
        row.members().forEach((name, value) -> {
            if (!members.containsKey(name)) {
                changed.put(name, value);
            }
        });
        members.forEach(changed::put);
        return changed.build();
    }

    static Action lookUp(String tool, String name, String value) {
        return new Action(tool, JsonObject.builder().put(name, value).build(), false);
    }

    static String text(JsonObject object, String name) {
        return object.text(name).orElse("");
    }

    static List<JsonValue> items(JsonObject object, String name) {
        return object.array(name).map(JsonArray::items).orElse(List.of());
    }

    /** What each of the items has there. */
    static List<String> texts(JsonObject object, String list, String name) {
        List<String> found = new ArrayList<>();
        items(object, list).forEach(item -> {
            if (item instanceof JsonObject inner) {
                inner.text(name).ifPresent(found::add);
            } else if (item instanceof JsonString text) {
                found.add(text.value());
            }
        });
        return found;
    }

    /** A profile's payment methods, by id; what kind each is stands in its id. */
    static JsonObject methods(List<String> ids) {
        JsonObject.Builder methods = JsonObject.builder();
        ids.stream()
                .distinct()
                .forEach(id -> methods.put(
                        id,
                        JsonObject.builder()
                                .put("id", id)
                                .put("source", id.replaceAll("_?[0-9]+$", ""))
                                .build()));
        return methods.build();
    }
}
