package dev.writ.gateway.identity;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemRoutes;
import dev.writ.model.AgentBuild;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.quarkus.vertx.http.runtime.security.MtlsAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out who sends a request. Credentials stand in {@code Authorization} only: {@code Bearer writ_<id>_<secret>} is a key of ours,
 * any other {@code Bearer} an access token of somebody else's (RFC 6750 2.1), and so is {@code DPoP} (RFC 9449 7.1). Without that header it is
 * the TLS client certificate. With it a certificate counts for nothing, whatever the header says: who sends one means to be that.
 *
 * <p>Whatever it is, a registered key stands behind it, and only that says what the caller may do.
 */
@ApplicationScoped
class CredentialMechanism implements HttpAuthenticationMechanism {

    static final String CHALLENGE = "Bearer realm=\"writ\"";

    private static final String BEARER = "Bearer ";
    private static final String DPOP = "DPoP ";
    private static final String OURS = "writ_";

    private final Strangers strangers;
    private final PresentedTokens tokens;
    private final CertificateCallers certificateCallers;
    private final KeyUse use;

    CredentialMechanism(
            Strangers strangers, PresentedTokens tokens, CertificateCallers certificateCallers, KeyUse use) {
        this.strangers = strangers;
        this.tokens = tokens;
        this.certificateCallers = certificateCallers;
        this.use = use;
    }

    /** Before Quarkus' own, which would take any certificate for somebody. */
    @Override
    public int getPriority() {
        return MtlsAuthenticationMechanism.INCLUSIVE_AUTHENTICATION_PRIORITY + 1;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identities) {
        List<String> headers = context.request().headers().getAll(HttpHeaderNames.AUTHORIZATION);
        if (headers.size() > 1) {
            return refusal(context);
        }
        Optional<Uni<Caller>> caller = headers.isEmpty()
                ? CertificateCallers.of(context)
                        .map(certificate -> Uni.createFrom().item(() -> certificateCallers.caller(certificate)))
                : Optional.of(presented(headers.get(0), context, identities));
        return caller.map(found -> found.onFailure(Problem.class)
                        .recoverWithUni(problem -> refusal(context, problem))
                        .map(known -> identity(known, context)))
                .orElseGet(() -> Uni.createFrom().nullItem());
    }

    private Uni<Caller> presented(String header, RoutingContext context, IdentityProviderManager identities) {
        Optional<String> bearer = credential(header, BEARER);
        if (bearer.filter(text -> text.startsWith(OURS)).isPresent()) {
            return key(bearer.get(), context, identities);
        }
        return bearer.map(token -> tokens.caller(token, false, context))
                .or(() -> credential(header, DPOP).map(token -> tokens.caller(token, true, context)))
                .filter(caller -> tokens.areTaken())
                .orElseGet(() -> refusal(context));
    }

    private Uni<Caller> key(String key, RoutingContext context, IdentityProviderManager identities) {
        return PresentedKey.parse(key)
                .map(presented -> identities
                        .authenticate(new ApiKeyRequest(presented))
                        .map(identity -> identity.getCredential(Caller.class))
                        .onFailure(AuthenticationFailedException.class)
                        .recoverWithUni(() -> refusal(context)))
                .orElseGet(() -> refusal(context));
    }

    private SecurityIdentity identity(Caller caller, RoutingContext context) {
        use.used(caller.key().id());
        AgentBuild claimed = AgentHeaders.read(context.request().headers());
        return ApiKeyIdentities.identity(caller.claiming(claimed));
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
    private <T> Uni<T> refusal(RoutingContext context) {
        return refusal(context, new AuthenticationFailedException());
    }

    private <T> Uni<T> refusal(RoutingContext context, Throwable why) {
        return Uni.createFrom()
                .failure(strangers.admits(context.request().remoteAddress()) ? why : Strangers.refusal());
    }

    private static Optional<String> credential(String header, String scheme) {
        return header.regionMatches(true, 0, scheme, 0, scheme.length())
                ? Optional.of(header.substring(scheme.length()).strip())
                : Optional.empty();
    }
}
