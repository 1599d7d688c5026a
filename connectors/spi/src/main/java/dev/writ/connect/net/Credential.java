package dev.writ.connect.net;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the service knows the gateway by. It is added to a request after the decision, and taken out of whatever the service
 * echoes.
 */
public final class Credential {

    /** Shorter ones are soon guessed, and taking them out of an answer would tear ordinary words apart. */
    private static final int SHORTEST = 8;

    private final Map<String, String> headers;
    private final List<String> secrets;
    private final Optional<ClientCredentials> client;

    private Credential(Map<String, String> headers, List<String> secrets, Optional<ClientCredentials> client) {
        this.headers = headers;
        this.secrets = secrets;
        this.client = client;
    }

    /** The service asks for none. */
    public static Credential none() {
        return new Credential(Map.of(), List.of(), Optional.empty());
    }

    /** An OAuth 2.0 bearer token (RFC 6750). */
    public static Credential bearer(String token) {
        requireSecret(token);
        return new Credential(Map.of("Authorization", "Bearer " + token), List.of(token), Optional.empty());
    }

    /**
     * A header of the service's own choice, for example {@code X-Api-Key}.
     *
     * @param value the whole of it; where a scheme stands in front, as in {@code Basic dXNlcjpwYXNz}, the part behind it is
     *     secret by itself too
     */
    public static Credential header(String name, String value) {
        HeaderRules.requireName(name);
        requireSecret(value);
        List<String> secrets = Stream.of(value, value.substring(value.lastIndexOf(' ') + 1))
                .filter(secret -> secret.length() >= SHORTEST)
                .distinct()
                .toList();
        return new Credential(Map.of(name, value), secrets, Optional.empty());
    }

    /** Access tokens that an authorization server gives the gateway, as {@link AccessTokens}. */
    public static Credential client(ClientCredentials client) {
        return new Credential(Map.of(), List.of(client.secret()), Optional.of(client));
    }

    private static void requireSecret(String value) {
        HeaderRules.requireValue(value);
        if (value.length() < SHORTEST) {
            throw new IllegalArgumentException("a credential has at least " + SHORTEST + " characters");
        }
    }

    /** To be added to each request. */
    public Map<String, String> headers() {
        return headers;
    }

    /** Whoever gets the tokens for each request, if it takes some. */
    public Optional<ClientCredentials> client() {
        return client;
    }

    /** To be taken out of each answer. */
    public List<String> secrets() {
        return secrets;
    }

    @Override
    public String toString() {
        return "Credential" + headers.keySet();
    }
}
