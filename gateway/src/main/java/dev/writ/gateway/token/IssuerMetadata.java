package dev.writ.gateway.token;

import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What one issuer says of itself (OpenID Connect Discovery 1.0, RFC 8414). */
final class IssuerMetadata {

    private static final JsonLimits LIMITS = new JsonLimits(256 * 1024, 24);
    private static final List<String> PATHS =
            List.of("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server");

    /** What it announced. */
    record Announced(JsonObject members) {

        URI keys() {
            return url("jwks_uri").orElseThrow(() -> new IllegalStateException("the metadata names no keys"));
        }

        /** Where people are sent to say who they are. */
        Optional<URI> authorization() {
            return url("authorization_endpoint");
        }

        /** Where codes are exchanged for tokens. */
        Optional<URI> token() {
            return url("token_endpoint");
        }

        /** Whether all that comes back from there names the issuer (RFC 9207 3). */
        boolean promisesIssuer() {
            return members.isTrue("authorization_response_iss_parameter_supported");
        }

        private Optional<URI> url(String member) {
            return members.text(member).map(URI::create);
        }
    }

    private final IssuersConfig.IssuerConfig config;
    private final Fetch fetch;
    private final Kept<Announced> announced;

    IssuerMetadata(String name, IssuersConfig.IssuerConfig config, Fetch fetch, InstantSource clock) {
        this.config = config;
        this.fetch = fetch;
        this.announced = new Kept<>(
                "metadata",
                name,
                config,
                () -> fetched(PATHS.get(0)).onFailure().recoverWithUni(() -> fetched(PATHS.get(1))),
                clock);
    }

    Uni<Announced> get() {
        return announced.get(anything -> true);
    }

    /** OpenID Connect Discovery 4.3, RFC 8414 3.3: what it says it is must be what it was asked as. */
    private Uni<Announced> fetched(String path) {
        String base = config.url().endsWith("/")
                ? config.url().substring(0, config.url().length() - 1)
                : config.url();
        return fetch.get(URI.create(base + path), config.timeout()).map(body -> {
            if (!(JsonValue.parse(body, LIMITS) instanceof JsonObject metadata)
                    || metadata.text("issuer").filter(config.url()::equals).isEmpty()) {
                throw new IllegalStateException("the metadata is another issuer's");
            }
            return new Announced(metadata);
        });
    }
}
