package dev.writ.gateway.catalog;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an operator says of an MCP server besides what is said of every connector.
 *
 * @param command the program that is the server, and its arguments; empty if it is reached by its URL
 * @param environment what the program sees besides its search path; secrets are kept with the credential
 * @param relay what the server may ask of callers and tell them: {@code elicitation}, {@code sampling}, {@code roots}, {@code logging}
 * @param connectTimeout until the server has said what it is
 * @param maxConcurrent calls under way
 * @param protocol the newest revision of MCP that is spoken with it
 * @param freshness how old what it offers may have been read when a tool is called
 * @param quarantineSuspicious what it offers that has warnings is not pinned at first sight, and waits for a person
 * @param folder that a program is started in; if nothing is said, that of the connector's name
 */
record McpServer(
        List<String> command,
        Map<String, String> environment,
        Set<String> relay,
        Optional<Duration> connectTimeout,
        Optional<Integer> maxConcurrent,
        Optional<String> protocol,
        Optional<Duration> freshness,
        boolean quarantineSuspicious,
        Optional<String> folder) {

    static final Set<String> RELAYED =
            Collections.unmodifiableSet(new TreeSet<>(Set.of("elicitation", "sampling", "roots", "logging")));
    private static final int MOST_CONCURRENT = 1_000;

    McpServer {
        command = List.copyOf(command);
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
        relay = Collections.unmodifiableSet(new TreeSet<>(relay));
        if (!RELAYED.containsAll(relay)) {
            throw new IllegalArgumentException("what can be relayed is: " + String.join(", ", RELAYED));
        }
        if (maxConcurrent.filter(most -> most < 1 || most > MOST_CONCURRENT).isPresent()) {
            throw new IllegalArgumentException("maxConcurrent is between 1 and " + MOST_CONCURRENT);
        }
    }

    /** The same of a sandbox, which shares no folder with the server. */
    McpServer at(Sandbox sandbox, String inFolder) {
        return new McpServer(
                sandbox.command(),
                sandbox.environment(),
                relay,
                connectTimeout,
                maxConcurrent,
                protocol,
                freshness,
                quarantineSuspicious,
                Optional.of(inFolder));
    }

    boolean isProgram() {
        return !command.isEmpty();
    }

    /** Without what was not said. */
    JsonObject toJson() {
        JsonObject.Builder json = JsonObject.builder();
        if (!command.isEmpty()) {
            json.put("command", JsonArray.ofTexts(command));
        }
        if (!environment.isEmpty()) {
            JsonObject.Builder variables = JsonObject.builder();
            environment.forEach(variables::put);
            json.put("env", variables.build());
        }
        if (!relay.isEmpty()) {
            json.put("relay", JsonArray.ofTexts(relay));
        }
        connectTimeout.ifPresent(timeout -> json.put("connectTimeoutMillis", timeout.toMillis()));
        maxConcurrent.ifPresent(most -> json.put("maxConcurrent", JsonNumber.of(most)));
        json.put("protocol", protocol);
        freshness.ifPresent(age -> json.put("freshnessMillis", age.toMillis()));
        if (quarantineSuspicious) {
            json.put("quarantineSuspicious", true);
        }
        json.put("folder", folder);
        return json.build();
    }

    static McpServer fromJson(JsonObject json) {
        Map<String, String> environment = new TreeMap<>();
        json.object("env")
                .orElse(JsonObject.empty())
                .members()
                .forEach((name, value) -> environment.put(name, ((JsonString) value).value()));
        return new McpServer(
                json.array("command").map(JsonArray::texts).orElse(List.of()),
                environment,
                Set.copyOf(json.array("relay").map(JsonArray::texts).orElse(List.of())),
                json.number("connectTimeoutMillis").map(millis -> Duration.ofMillis(millis.longValueExact())),
                json.number("maxConcurrent").map(most -> most.intValueExact()),
                json.text("protocol"),
                json.number("freshnessMillis").map(millis -> Duration.ofMillis(millis.longValueExact())),
                json.isTrue("quarantineSuspicious"),
                json.text("folder"));
    }

    @Override
    public String toString() {
        return "McpServer[" + (isProgram() ? command.get(0) : "") + "]";
    }
}
