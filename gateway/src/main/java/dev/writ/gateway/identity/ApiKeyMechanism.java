package dev.writ.gateway.identity;

import dev.writ.gateway.problem.ProblemRoutes;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;

/**
 * Authenticates {@code Authorization: Bearer writ_<id>_<secret>} (RFC 6750 2.1).
 *
 * <p>Another way to authenticate is another mechanism: a bearer token that does not start with {@code writ_} is left to it, and
 * refused while there is none.
 */
@ApplicationScoped
class ApiKeyMechanism implements HttpAuthenticationMechanism {

    static final String CHALLENGE = "Bearer realm=\"writ\"";

    private static final String BEARER = "Bearer ";
    private static final String OURS = "writ_";

    private final Strangers strangers;

    ApiKeyMechanism(Strangers strangers) {
        this.strangers = strangers;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identities) {
        List<String> headers = context.request().headers().getAll(HttpHeaderNames.AUTHORIZATION);
        if (headers.size() > 1) {
            return refusal(context);
        }
        return headers.stream()
                .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(header -> header.substring(BEARER.length()).strip())
                .filter(token -> token.startsWith(OURS))
                .findFirst()
                .map(token -> authenticate(token, context, identities))
                .orElseGet(() -> Uni.createFrom().nullItem());
    }

    private Uni<SecurityIdentity> authenticate(
            String token, RoutingContext context, IdentityProviderManager identities) {
        return PresentedKey.parse(token)
                .map(presented -> identities
                        .authenticate(new ApiKeyRequest(presented))
                        .onFailure(AuthenticationFailedException.class)
                        .recoverWithUni(() -> refusal(context)))
                .orElseGet(() -> refusal(context));
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom().item(new ChallengeData(401, HttpHeaderNames.WWW_AUTHENTICATE, CHALLENGE));
    }

    @Override
    public Uni<Boolean> sendChallenge(RoutingContext context) {
        ProblemRoutes.challenge(context);
        return Uni.createFrom().item(true);
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of(ApiKeyRequest.class);
    }

    @Override
    public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext context) {
        return Uni.createFrom().item(new HttpCredentialTransport(HttpCredentialTransport.Type.AUTHORIZATION, "bearer"));
    }

    /** Whoever guesses is slowed down; whoever has a live key is not, even from the same address. */
    private Uni<SecurityIdentity> refusal(RoutingContext context) {
        return strangers.admits(context.request().remoteAddress())
                ? Uni.createFrom().failure(new AuthenticationFailedException())
                : Uni.createFrom().failure(Strangers.refusal());
    }
}
