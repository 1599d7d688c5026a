package dev.writ.gateway.catalog;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the gateway alone knows of a connector: it is stored sealed, and no answer shows it.
 *
 * @param header of every request
 * @param oauth gets the token of every request, in place of that
 * @param environment of the program that is started, by variable
 * @param sandbox those of its sandbox
 */
record Secrets(
        Optional<HeaderCredential> header,
        Optional<OAuthCredential> oauth,
        Map<String, String> environment,
        Optional<Secrets> sandbox) {

    static final Secrets NONE = new Secrets(Optional.empty(), Optional.empty(), Map.of(), Optional.empty());

    private static final String OAUTH = "oauth";
    private static final String ENVIRONMENT = "environment";
    private static final String SANDBOX = "sandbox";

    Secrets {
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
        sandbox = sandbox.filter(secrets -> !secrets.isEmpty());
    }

    /** Whether a service takes whoever shows them for the same. */
    boolean isLike(Secrets other) {
        boolean isSameHeader = header.isPresent() == other.header.isPresent()
                && header.flatMap(one -> other.header.map(one::isLike)).orElse(true);
        return isSameHeader && equals(new Secrets(header, other.oauth, other.environment, other.sandbox));
    }

    /** Without those of the sandbox. */
    Secrets own() {
        return new Secrets(header, oauth, environment, Optional.empty());
    }

    static Secrets of(HeaderCredential header) {
        return new Secrets(Optional.of(header), Optional.empty(), Map.of(), Optional.empty());
    }

    boolean isEmpty() {
        return header.isEmpty() && oauth.isEmpty() && environment.isEmpty() && sandbox.isEmpty();
    }

    JsonObject toJson() {
        JsonObject.Builder json = JsonObject.builder();
        header.ifPresent(present -> present.toJson().members().forEach(json::put));
        oauth.ifPresent(client -> json.put(OAUTH, client.toJson()));
        if (!environment.isEmpty()) {
            JsonObject.Builder variables = JsonObject.builder();
            environment.forEach(variables::put);
            json.put(ENVIRONMENT, variables.build());
        }
        sandbox.ifPresent(other -> json.put(SANDBOX, other.toJson()));
        return json.build();
    }

    static Secrets fromJson(JsonObject json) {
        Map<String, String> environment = new TreeMap<>();
        json.object(ENVIRONMENT)
                .orElse(JsonObject.empty())
                .members()
                .forEach((name, value) -> environment.put(name, ((JsonString) value).value()));
        return new Secrets(
                HeaderCredential.fromJson(json),
                json.object(OAUTH).map(OAuthCredential::fromJson),
                environment,
                json.object(SANDBOX).map(Secrets::fromJson));
    }

    @Override
    public String toString() {
        return "Secrets" + environment.keySet();
    }
}
