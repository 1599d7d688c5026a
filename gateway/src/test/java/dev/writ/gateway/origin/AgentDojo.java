package dev.writ.gateway.origin;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonNull;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Recorded tasks, attacks and tool results of AgentDojo (MIT), read from beside the repository; never a part of it. */
record AgentDojo(Path folder) {

    /** A list, or a mapping whose first line has a name as programs write it. */
    private static final Pattern STRUCTURED = Pattern.compile("\\{|- |\\[|[a-z][a-z_]*:(?: .*|)\n[a-z_ -]");

    private static final String FOLDER = "shared/cases/agentdojo";

    /** One thing to do. */
    record Task(String suite, String version, String id, String prompt) {}

    /** One call of a task. */
    record Step(String version, String task, int step, String tool, JsonObject arguments, boolean isCritical) {}

    /** A task into whose results an attack is put, and the calls of an agent that obeys both. */
    record Pair(
            String suite,
            String version,
            String user,
            String injection,
            Set<String> vectors,
            int after,
            List<Turn> turns) {}

    record Turn(boolean isAttack, int step) {}

    static Optional<AgentDojo> find() {
        return Stream.iterate(Path.of("").toAbsolutePath(), dir -> dir != null, Path::getParent)
                .map(dir -> dir.resolve(FOLDER))
                .filter(Files::exists)
                .findFirst()
                .map(AgentDojo::new);
    }

    /** Those whose calls are there; one that is called so, if there are none. */
    static Stream<String> suites() {
        List<String> found = find().stream()
                .flatMap(cases -> cases.lines("traces"))
                .map(step -> text(step, "suite"))
                .distinct()
                .sorted()
                .toList();
        return found.isEmpty() ? Stream.of("none") : found.stream();
    }

    private Stream<JsonObject> lines(String file) {
        try {
            return Files.readAllLines(folder.resolve("agentdojo_" + file + ".jsonl")).stream()
                    .filter(line -> !line.isBlank())
                    .map(line -> (JsonObject) JsonValue.parse(line));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    List<ToolDefinition> tools(String suite) {
        return lines("tools")
                .filter(tool -> text(tool, "suite").equals(suite))
                .map(tool -> new ToolDefinition(
                        ToolName.parse(suite + "." + text(tool, "tool")),
                        suite,
                        "",
                        tool.object("input_schema").orElseThrow(),
                        false))
                .toList();
    }

    List<Task> userTasks(String suite) {
        return lines("tasks")
                .filter(task ->
                        text(task, "suite").equals(suite) && text(task, "kind").equals("user"))
                .map(AgentDojo::task)
                .toList();
    }

    Task task(String suite, String version, String id) {
        return lines("tasks")
                .map(AgentDojo::task)
                .filter(task -> task.suite().equals(suite)
                        && task.version().equals(version)
                        && task.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Task task(JsonObject json) {
        return new Task(text(json, "suite"), text(json, "version"), text(json, "task_id"), text(json, "prompt"));
    }

    /** The calls of all tasks. */
    List<Step> all(String suite) {
        return lines("traces")
                .filter(step -> text(step, "suite").equals(suite))
                .map(json -> new Step(
                        text(json, "version"),
                        text(json, "task_id"),
                        whole(json, "step"),
                        suite + "." + text(json, "tool"),
                        json.object("args").orElseThrow(),
                        json.isTrue("critical")))
                .toList();
    }

    Map<String, Step> steps(String suite) {
        Map<String, Step> steps = new HashMap<>();
        all(suite).forEach(step -> steps.put(key(step.version(), step.task(), step.step()), step));
        return steps;
    }

    static String key(String version, String task, int step) {
        return version + "/" + task + "/" + step;
    }

    /** What tools answered, twice: as it was, and with a mark where an attack can be put. */
    record Answer(String plain, String marked) {

        /** Put into what was read, so that no sign in it can make the answer another one. */
        JsonValue with(Set<String> vectors, String attack) {
            JsonValue read = read(marked);
            JsonValue attacked = attacked(read, vectors, attack);
            return attacked.equals(read) ? value() : attacked;
        }

        private static JsonValue attacked(JsonValue value, Set<String> vectors, String attack) {
            if (value instanceof JsonObject object) {
                JsonObject.Builder members = JsonObject.builder();
                object.members()
                        .forEach((name, member) ->
                                members.put(replaced(name, vectors, attack), attacked(member, vectors, attack)));
                return members.build();
            } else if (value instanceof JsonArray array) {
                return new JsonArray(array.items().stream()
                        .map(item -> attacked(item, vectors, attack))
                        .toList());
            }
            return value instanceof JsonString text ? new JsonString(replaced(text.value(), vectors, attack)) : value;
        }

        private static String replaced(String text, Set<String> vectors, String attack) {
            String all = text;
            for (String vector : vectors) {
                all = all.replace("---CANARY_" + vector + "---", attack);
            }
            return all;
        }

        JsonValue value() {
            return read(plain);
        }
    }

    Map<String, Answer> answers(String suite) {
        Map<String, Answer> answers = new HashMap<>();
        lines("results")
                .filter(result -> text(result, "suite").equals(suite))
                .forEach(result -> answers.put(
                        key(text(result, "version"), text(result, "task_id"), whole(result, "step")),
                        new Answer(
                                text(result, "result"),
                                result.text("result_canary").orElse(text(result, "result")))));
        return answers;
    }

    List<Pair> pairs(String suite) {
        return lines("pairs")
                .filter(pair -> text(pair, "suite").equals(suite))
                .map(pair -> new Pair(
                        suite,
                        text(pair, "version"),
                        text(pair, "user_task"),
                        text(pair, "injection_task"),
                        Set.copyOf(pair.array("vectors").map(JsonArray::texts).orElse(List.of())),
                        whole(pair, "injected_after_step"),
                        pair.array("sequence").orElseThrow().items().stream()
                                .map(JsonArray.class::cast)
                                .map(turn -> new Turn(
                                        turn.items().get(0).equals(new JsonString("injection")),
                                        ((JsonNumber) turn.items().get(1))
                                                .value()
                                                .intValueExact()))
                                .toList()))
                .toList();
    }

    private static String text(JsonObject json, String member) {
        return json.text(member).orElse("");
    }

    private static int whole(JsonObject json, String member) {
        return json.number(member).map(BigDecimal::intValueExact).orElse(-1);
    }

    /** What a service would answer in JSON stands there as YAML, or as Python writes it. */
    static JsonValue read(String text) {
        boolean isStructured = STRUCTURED.matcher(text).lookingAt();
        try {
            return isStructured
                    ? json(new Yaml(new SafeConstructor(new LoaderOptions())).load(text))
                    : new JsonString(text);
        } catch (YAMLException unstructured) {
            return new JsonString(text);
        }
    }

    private static JsonValue json(Object value) {
        if (value instanceof Map<?, ?> map) {
            JsonObject.Builder object = JsonObject.builder();
            map.forEach((name, member) -> object.put(String.valueOf(name), json(member)));
            return object.build();
        } else if (value instanceof List<?> list) {
            List<JsonValue> items = new ArrayList<>();
            list.forEach(item -> items.add(json(item)));
            return new JsonArray(items);
        } else if (value instanceof Number number) {
            return new JsonNumber(new BigDecimal(number.toString()));
        } else {
            return value == null
                    ? JsonNull.NULL
                    : new JsonString(String.valueOf(value).replace("\\n", "\n"));
        }
    }
}
