package dev.writ.gateway.startup;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.rules.BundleProblem;
import dev.writ.rules.ToolListing;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What {@code writ apply} reads: connectors as {@code POST /v1/connectors} takes them and agents as {@code POST /v1/agents} does, with
 * secrets and documents named instead of written.
 */
record ConnectorsFile(List<JsonObject> connectors, List<JsonObject> agents) {

    private static final Set<String> MEMBERS = Set.of("connectors", "agents");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int LONGEST_DOCUMENT = 16 * 1024 * 1024;

    /**
     * Reads it, and what it names.
     *
     * @throws Remote.RefusedException that says what is wrong with it
     */
    static ConnectorsFile read(Path file) {
        List<BundleProblem> problems = new ArrayList<>();
        Optional<JsonValue> value = ToolListing.parse(file.toString(), text(file), problems);
        if (!problems.isEmpty()) {
            throw new Remote.RefusedException(problems.get(0).toString());
        }
        JsonObject content = value.filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .orElseThrow(() -> refused(file, "it has 'connectors' and 'agents', each a list"));
        content.members().keySet().stream()
                .filter(name -> !MEMBERS.contains(name))
                .findFirst()
                .ifPresent(unknown -> {
                    throw refused(file, "'" + unknown + "' is unknown; it has 'connectors' and 'agents'");
                });
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("."));
        Reading reading = new Reading(file, folder, System.getenv()::get);
        return new ConnectorsFile(
                list(file, content, "connectors").stream()
                        .map(reading::connector)
                        .toList(),
                list(file, content, "agents"));
    }

    private static List<JsonObject> list(Path file, JsonObject content, String member) {
        List<JsonValue> items = content.array(member).map(JsonArray::items).orElse(List.of());
        if ((content.get(member).isPresent() && content.array(member).isEmpty())
                || !items.stream()
                        .allMatch(item -> item instanceof JsonObject object
                                && object.text("name").isPresent())) {
            throw refused(file, "'" + member + "' is a list, and each of it has a 'name'");
        }
        return items.stream().map(JsonObject.class::cast).toList();
    }

    private static Remote.RefusedException refused(Path file, String what) {
        return new Remote.RefusedException(file + ": " + what);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw refused(file, "it cannot be read");
        }
    }

    /** Puts in what a connector names. */
    record Reading(Path file, Path folder, Function<String, String> environment) {

        JsonObject connector(JsonObject written) {
            String name = written.text("name").orElse("");
            Map<String, JsonValue> members =
                    new LinkedHashMap<>(withSecrets(name + ": ", written).members());
            written.get("document").ifPresent(document -> members.put("document", document(name, document)));
            written.object("sandbox")
                    .ifPresent(sandbox -> members.put("sandbox", withSecrets(name + ": sandbox/", sandbox)));
            return new JsonObject(members);
        }

        private JsonObject withSecrets(String where, JsonObject written) {
            Map<String, JsonValue> members = new LinkedHashMap<>(written.members());
            written.object("credential").ifPresent(credential -> {
                Map<String, JsonValue> header = new LinkedHashMap<>(credential.members());
                header.computeIfPresent("value", (same, value) -> secret(where + "credential/value", value));
                credential.object("oauth").ifPresent(said -> {
                    Map<String, JsonValue> client = new LinkedHashMap<>(said.members());
                    client.computeIfPresent(
                            "clientSecret", (same, value) -> secret(where + "credential/oauth/clientSecret", value));
                    header.put("oauth", new JsonObject(client));
                });
                members.put("credential", new JsonObject(header));
            });
            written.object("secretEnv").ifPresent(variables -> {
                Map<String, JsonValue> read = new LinkedHashMap<>();
                variables
                        .members()
                        .forEach((variable, value) ->
                                read.put(variable, secret(where + "secretEnv/" + variable, value)));
                members.put("secretEnv", new JsonObject(read));
            });
            return new JsonObject(members);
        }

        private JsonString secret(String member, JsonValue value) {
            String named = value instanceof JsonString text ? text.value() : "";
            if (named.startsWith("env:")) {
                String variable = named.substring("env:".length());
                return new JsonString(Optional.ofNullable(environment.apply(variable))
                        .filter(set -> !set.isBlank())
                        .orElseThrow(() ->
                                refused(file, member + ": the environment variable " + variable + " is not set")));
            }
            if (named.startsWith("file:")) {
                return new JsonString(
                        text(folder.resolve(named.substring("file:".length()))).strip());
            }
            // What stands there is not repeated: it may be the secret.
            throw refused(file, member + ": write env:NAME or file:PATH, so that no secret stands in this file");
        }

        /** A document that stands there itself has more than one line. */
        private JsonValue document(String name, JsonValue document) {
            if (!(document instanceof JsonString text)) {
                return new JsonString(document.toJson());
            }
            String named = text.value();
            if (named.startsWith("file:")) {
                return new JsonString(text(folder.resolve(named.substring("file:".length()))));
            }
            return named.startsWith("https://") || named.startsWith("http://")
                    ? new JsonString(fetched(name, named))
                    : document;
        }

        private String fetched(String name, String url) {
            try {
                HttpClient http = HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .connectTimeout(TIMEOUT)
                        .build();
                HttpResponse<String> response = http.send(
                        HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build(),
                        HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() != 200 || response.body().length() > LONGEST_DOCUMENT) {
                    throw refused(
                            file,
                            name + ": the document at " + url + " cannot be used; status " + response.statusCode());
                }
                return response.body();
            } catch (IOException | IllegalArgumentException unreachable) {
                throw refused(file, name + ": the document at " + url + " cannot be read");
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw refused(file, "interrupted; nothing was changed");
            }
        }
    }

    /** Secrets are in it. */
    @Override
    public String toString() {
        return "ConnectorsFile[" + connectors.size() + "]";
    }
}
