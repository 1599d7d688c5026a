package dev.writ.gateway.identity;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemRoutes;
import dev.writ.gateway.problem.ProblemType;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.quarkus.vertx.http.runtime.security.MtlsAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Set;

/** Who sends a request over Writ's own HTTP. */
@ApplicationScoped
class CredentialMechanism implements HttpAuthenticationMechanism {

    static final String CHALLENGE = "Bearer realm=\"writ\"";

    /** An answer, so that no other mechanism is asked. */
    private static final SecurityIdentity NOBODY = QuarkusSecurityIdentity.builder()
            .setAnonymous(true)
            .setPrincipal(new QuarkusPrincipal(""))
            .build();

    private final Strangers strangers;
    private final Credentials credentials;
    private final Browsing browsing;
    private final SignIns signIns;
    private final IdentityConfig config;

    CredentialMechanism(
            Strangers strangers, Credentials credentials, Browsing browsing, SignIns signIns, IdentityConfig config) {
        this.strangers = strangers;
        this.credentials = credentials;
        this.browsing = browsing;
        this.signIns = signIns;
        this.config = config;
    }

    /** Before Quarkus' own, which would take any certificate for somebody. */
    @Override
    public int getPriority() {
        return MtlsAuthenticationMechanism.INCLUSIVE_AUTHENTICATION_PRIORITY + 1;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext context, IdentityProviderManager identities) {
        if (browsing.covers(context)) {
            return Uni.createFrom()
                    .item(browsing.keyId(context)
                            .flatMap(signIns::caller)
                            .map(ApiKeyIdentities::identity)
                            .orElse(NOBODY));
        }
        return credentials
                .caller(presented(context))
                .map(caller -> caller.onFailure(CredentialMechanism::isRefusal)
                        .transform(why -> told(context, why))
                        .map(ApiKeyIdentities::identity))
                .orElseGet(() -> Uni.createFrom().nullItem());
    }

    /** The URL by the name that the operator gives the gateway: the header {@code Host} is the caller's word. */
    private Presented presented(RoutingContext context) {
        return new Presented(
                context.request().headers(),
                context.request().method().name(),
                config.resource()
                        .map(resource -> URI.create(resource + context.request().path())),
                CertificateCallers.of(context));
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

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof Problem || failure instanceof AuthenticationFailedException;
    }

    private Throwable told(RoutingContext context, Throwable why) {
        if (why instanceof Problem problem && problem.type() == ProblemType.UNAUTHENTICATED) {
            Challenges.refused(context);
        }
        return strangers.told(why, context.request().remoteAddress());
    }
}
