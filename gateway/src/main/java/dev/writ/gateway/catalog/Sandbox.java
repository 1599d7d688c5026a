package dev.writ.gateway.catalog;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The other place that rehearsals of a connector's calls go to. It offers what the connector offers, and nothing that is done there counts.
 *
 * @param baseUrl empty if it is a program
 * @param command a program, as of an {@link McpServer}
 * @param environment what the program sees besides; secrets are kept with the credential
 */
record Sandbox(URI baseUrl, List<String> command, Map<String, String> environment) {

    Sandbox {
        command = List.copyOf(command);
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
        if (command.isEmpty() == baseUrl.toString().isEmpty()) {
            throw new IllegalArgumentException("a sandbox has a base URL or a command, and not both");
        }
    }

    /** Without what was not said. */
    JsonObject toJson() {
        JsonObject.Builder json = JsonObject.builder();
        if (command.isEmpty()) {
            json.put("baseUrl", baseUrl.toString());
        } else {
            json.put("command", JsonArray.ofTexts(command));
        }
        if (!environment.isEmpty()) {
            JsonObject.Builder variables = JsonObject.builder();
            environment.forEach(variables::put);
            json.put("env", variables.build());
        }
        return json.build();
    }

    static Sandbox fromJson(JsonObject json) {
        Map<String, String> environment = new TreeMap<>();
        json.object("env")
                .orElse(JsonObject.empty())
                .members()
                .forEach((name, value) -> environment.put(name, ((JsonString) value).value()));
        return new Sandbox(
                URI.create(json.text("baseUrl").orElse("")),
                json.array("command").map(JsonArray::texts).orElse(List.of()),
                environment);
    }

    /** Its arguments may be confidential. */
    @Override
    public String toString() {
        return "Sandbox[" + (command.isEmpty() ? baseUrl.getRawAuthority() : command.get(0)) + "]";
    }
}
