package dev.writ.gateway.origin;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Tasks of tau2-bench (MIT) and the calls that solve them, read from beside the repository; never a part of it. */
record TauBench(Path folder) {

    private static final String FOLDER = "shared/cases/tau";

    /** One call of the solution. */
    record Action(String tool, JsonObject arguments, boolean isWrite) {}

    /**
     * A task.
     *
     * @param said all that the user may say
     */
    record Task(String id, String said, List<Action> actions) {}

    static Optional<TauBench> find() {
        return Stream.iterate(Path.of("").toAbsolutePath(), dir -> dir != null, Path::getParent)
                .map(dir -> dir.resolve(FOLDER))
                .filter(Files::exists)
                .findFirst()
                .map(TauBench::new);
    }

    /** Those that have calls, in the order of the file. */
    List<Task> tasks(String domain) {
        Map<String, List<Action>> actions = new LinkedHashMap<>();
        lines("tau2_actions.jsonl")
                .filter(line -> is(line, "domain", domain))
                .forEach(line -> actions.computeIfAbsent(text(line, "task_id"), id -> new ArrayList<>())
                        .add(new Action(
                                domain + "." + text(line, "tool"),
                                line.object("args").orElse(JsonObject.empty()),
                                is(line, "tool_type", "WRITE"))));
        return lines("tau2_tasks.jsonl")
                .filter(line -> is(line, "domain", domain) && actions.containsKey(text(line, "task_id")))
                .map(line -> new Task(
                        text(line, "task_id"),
                        String.join("\n", texts(line.get("user_instructions").orElse(JsonObject.empty()))),
                        actions.getOrDefault(text(line, "task_id"), List.of())))
                .toList();
    }

    private static List<String> texts(JsonValue value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof JsonString text) {
            texts.add(text.value());
        } else if (value instanceof JsonObject object) {
            object.members().values().forEach(inner -> texts.addAll(texts(inner)));
        } else if (value instanceof JsonArray array) {
            array.items().forEach(inner -> texts.addAll(texts(inner)));
        }
        return texts;
    }

    private Stream<JsonObject> lines(String file) {
        try {
            return Files.readAllLines(folder.resolve(file)).stream()
                    .filter(line -> !line.isBlank())
                    .map(line -> (JsonObject) JsonValue.parse(line));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static boolean is(JsonObject line, String member, String value) {
        return line.text(member).filter(value::equals).isPresent();
    }

    private static String text(JsonObject line, String member) {
        return line.text(member).orElseThrow();
    }
}
