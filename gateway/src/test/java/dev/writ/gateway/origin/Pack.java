package dev.writ.gateway.origin;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A pack, and what its README tells operators to register. */
record Pack(Path folder, JsonObject registration) {

    /** The packs that are not called as their tools' connector. */
    private static final Map<String, String> NAMES = Map.of("slack", "team-chat");

    private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

    static Pack of(String suite) throws IOException {
        Path folder = Path.of("..", "rules", "packs", NAMES.getOrDefault(suite, suite));
        Matcher block = JSON.matcher(Files.readString(folder.resolve("README.md")));
        if (!block.find()) {
            throw new IllegalArgumentException("no JSON in the README of " + folder);
        }
        return new Pack(folder, (JsonObject) JsonValue.parse(block.group(1)));
    }

    JsonObject member(String name) {
        return registration.object(name).orElse(JsonObject.empty());
    }

    Map<String, Provenance> provenance() {
        Map<String, Provenance> declared = new HashMap<>();
        member("provenance")
                .members()
                .forEach((tool, fields) -> declared.put(tool, Provenance.fromJson((JsonObject) fields)));
        return declared;
    }

    Map<String, Set<String>> labels() {
        Map<String, Set<String>> declared = new HashMap<>();
        member("labels")
                .members()
                .forEach((tool, labels) -> declared.put(tool, Set.copyOf(((JsonArray) labels).texts())));
        return declared;
    }

    Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }
}
