package dev.writ.gateway.catalog;

import dev.writ.connect.net.ClientCredentials;
import dev.writ.connect.net.ClientCredentials.Authentication;
import dev.writ.model.JsonObject;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * What an authorization server knows the gateway by, which gets access tokens for a service there.
 *
 * @param resource that they are for; the service's URL if nothing is said, and nothing if it is empty
 */
record OAuthCredential(
        URI tokenUrl,
        String clientId,
        String clientSecret,
        Authentication authentication,
        Optional<String> scope,
        Optional<String> resource) {

    /** @throws IllegalArgumentException if it cannot be used for that service */
    ClientCredentials of(URI service, boolean plainHttpAllowed) {
        return new ClientCredentials(
                tokenUrl,
                plainHttpAllowed,
                clientId,
                clientSecret,
                authentication,
                scope,
                Optional.of(resource.orElse(service.toString())).filter(said -> !said.isEmpty()));
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("tokenUrl", tokenUrl.toString())
                .put("clientId", clientId)
                .put("clientSecret", clientSecret)
                .put("authentication", authentication.name().toLowerCase(Locale.ROOT))
                .put("scope", scope)
                .put("resource", resource)
                .build();
    }

    static OAuthCredential fromJson(JsonObject json) {
        return new OAuthCredential(
                URI.create(text(json, "tokenUrl")),
                text(json, "clientId"),
                text(json, "clientSecret"),
                Authentication.parse(text(json, "authentication")),
                json.text("scope"),
                json.text("resource"));
    }

    private static String text(JsonObject json, String member) {
        return json.text(member).orElseThrow(() -> new IllegalArgumentException("a credential without " + member));
    }

    @Override
    public String toString() {
        return "OAuthCredential[" + clientId + "]";
    }
}
