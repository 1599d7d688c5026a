package dev.writ.gateway.startup;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolName;
import dev.writ.rules.BundleDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Calls that were let through, read from what a gateway says of them: the log as CloudEvents, which holds no arguments, or the answers of
 * {@code GET /v1/audit/calls/{id}}, which do. One JSON object a line.
 */
final class RecordedCalls {

    private RecordedCalls() {}

    /** @throws ToolFileException if a line is no JSON object */
    static List<BundleDraft.Observed> read(Path path) throws IOException {
        List<BundleDraft.Observed> calls = new ArrayList<>();
        for (Path file : files(path)) {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                if (!line.isBlank()) {
                    call(object(file, number, line)).ifPresent(calls::add);
                }
            }
        }
        return calls;
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> below = Files.list(path)) {
            return below.filter(file -> file.toString().endsWith(".ndjson"))
                    .sorted()
                    .toList();
        }
    }

    private static JsonObject object(Path file, int number, String line) {
        try {
            if (JsonValue.parse(line) instanceof JsonObject object) {
                return object;
            }
        } catch (JsonException malformed) {
            throw new ToolFileException(file + ":" + number + ": " + malformed.getMessage(), malformed);
        }
        throw new ToolFileException(file + ":" + number + ": here stands one JSON object a line");
    }

    private static Optional<BundleDraft.Observed> call(JsonObject line) {
        Optional<JsonObject> entry = line.object("data");
        return entry.isPresent() ? decided(entry.get()) : explained(line);
    }

    private static Optional<BundleDraft.Observed> decided(JsonObject entry) {
        boolean counts = entry.text("kind").filter("DECIDED"::equals).isPresent() && isLetThrough(entry);
        return tool(entry)
                .filter(tool -> counts)
                .map(tool ->
                        new BundleDraft.Observed(tool, entry.text("subject").orElse("-"), Optional.empty()));
    }

    private static Optional<BundleDraft.Observed> explained(JsonObject call) {
        List<JsonValue> decisions =
                call.array("decisions").map(JsonArray::items).orElse(List.of());
        if (decisions.isEmpty() || !(decisions.get(decisions.size() - 1) instanceof JsonObject decision)) {
            return Optional.empty();
        }
        return tool(call)
                .filter(tool -> isLetThrough(decision))
                .map(tool -> new BundleDraft.Observed(
                        tool,
                        call.text("subject").orElse("-"),
                        decision.object("facts")
                                .flatMap(facts -> facts.object("value"))
                                .flatMap(facts -> facts.object("arguments"))));
    }

    private static boolean isLetThrough(JsonObject decision) {
        return decision.text("verdict")
                .filter(verdict -> !verdict.equals("deny"))
                .isPresent();
    }

    private static Optional<ToolName> tool(JsonObject object) {
        return object.text("tool").filter(ToolName::isWellFormed).map(ToolName::new);
    }
}
