package dev.writ.gateway.identity;

import dev.writ.gateway.token.Tokens;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Says with each 401 where to get a token, if tokens are taken (RFC 9728 5.1), and that the one sent was none (RFC 6750 3.1). */
@ApplicationScoped
class Challenges {

    /** Before authentication (200). */
    private static final int PRIORITY = 250;

    private static final int UNAUTHORIZED = 401;
    private static final String REFUSED = Challenges.class.getName();

    private final Tokens tokens;
    private final IdentityConfig config;

    Challenges(Tokens tokens, IdentityConfig config) {
        this.tokens = tokens;
        this.config = config;
    }

    void register(@Observes Filters filters) {
        if (tokens.areTaken()) {
            filters.register(this::watch, PRIORITY);
        }
    }

    /** Remembers that a token was refused. */
    static void refused(RoutingContext context) {
        context.put(REFUSED, true);
    }

    private void watch(RoutingContext context) {
        context.addHeadersEndHandler(ending -> {
            if (context.response().getStatusCode() == UNAUTHORIZED) {
                context.response().putHeader(HttpHeaderNames.WWW_AUTHENTICATE, challenge(context));
            }
        });
        context.next();
    }

    private String challenge(RoutingContext context) {
        StringBuilder challenge = new StringBuilder(CredentialMechanism.CHALLENGE);
        if (context.get(REFUSED) != null) {
            challenge.append(", error=\"invalid_token\"");
        }
        config.resource()
                .ifPresent(resource -> challenge
                        .append(", resource_metadata=\"")
                        .append(resource)
                        .append(ProtectedResource.PATH)
                        .append(context.normalizedPath().equals(ProtectedResource.MCP) ? ProtectedResource.MCP : "")
                        .append('"'));
        return challenge.toString();
    }
}
