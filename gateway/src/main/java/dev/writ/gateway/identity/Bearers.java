package dev.writ.gateway.identity;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Role;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ManagedContext;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.net.SocketAddress;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/** Who is calling where a request comes in another way than over Writ's own HTTP. The same keys, rates and refusals. */
@ApplicationScoped
public class Bearers {

    private static final String BEARER = "Bearer ";

    private final IdentityProviderManager identities;
    private final CurrentIdentityAssociation current;
    private final Admission admission;
    private final Strangers strangers;
    private final KeyUse use;

    Bearers(
            IdentityProviderManager identities,
            CurrentIdentityAssociation current,
            Admission admission,
            Strangers strangers,
            KeyUse use) {
        this.identities = identities;
        this.current = current;
        this.admission = admission;
        this.strangers = strangers;
        this.use = use;
    }

    /**
     * Does something for the agent whose key that is.
     *
     * @param authorization the value of its {@code Authorization} header; empty if there was none
     * @param from whoever passes it on
     * @param work asks who the caller is before it returns, and not later
     * @return fails with a {@link Problem} if the key is not live, has not the role, or is used too much
     */
    public <T> Uni<T> as(String authorization, SocketAddress from, Supplier<Uni<T>> work) {
        return identify(authorization)
                .onFailure(AuthenticationFailedException.class)
                .transform(wrong -> strangers.admits(from)
                        ? new Problem(
                                ProblemType.UNAUTHENTICATED,
                                "Send an API key that is live: Authorization: Bearer writ_<id>_<secret>.")
                        : Strangers.refusal())
                .chain(identity -> {
                    use.used(identity.getCredential(Caller.class).key().id());
                    if (!identity.hasRole(Role.AGENT.text())) {
                        throw new Problem(ProblemType.FORBIDDEN, "Your key does not have the role agent.");
                    }
                    return admission.within(identity.getPrincipal().getName(), () -> inRequest(identity, work));
                });
    }

    private Uni<SecurityIdentity> identify(String authorization) {
        if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Uni.createFrom().failure(new AuthenticationFailedException());
        }
        return PresentedKey.parse(authorization.substring(BEARER.length()).strip())
                .map(presented -> identities.authenticate(new ApiKeyRequest(presented)))
                .orElseGet(() -> Uni.createFrom().failure(new AuthenticationFailedException()));
    }

    private <T> Uni<T> inRequest(SecurityIdentity identity, Supplier<Uni<T>> work) {
        ManagedContext request = Arc.container().requestContext();
        request.activate();
        try {
            current.setIdentity(identity);
            return work.get();
        } finally {
            request.terminate();
        }
    }
}
