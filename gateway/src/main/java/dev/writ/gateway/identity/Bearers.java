package dev.writ.gateway.identity;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemMapper;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Role;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ManagedContext;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.net.SocketAddress;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/** Who is calling where a request comes in another way than over Writ's own HTTP. The same credentials, rates and refusals. */
@ApplicationScoped
public class Bearers {

    private final Credentials credentials;
    private final CurrentIdentityAssociation current;
    private final Admission admission;
    private final Strangers strangers;

    Bearers(Credentials credentials, CurrentIdentityAssociation current, Admission admission, Strangers strangers) {
        this.credentials = credentials;
        this.current = current;
        this.admission = admission;
        this.strangers = strangers;
    }

    /**
     * Does something for the agent who presents that.
     *
     * @param from whoever passes it on
     * @param work asks who the caller is before it returns, and not later
     * @return fails with a {@link Problem} if the credential is not live, has not the role, or is used too much
     */
    public <T> Uni<T> as(Presented presented, SocketAddress from, Supplier<Uni<T>> work) {
        return credentials
                .caller(presented)
                .orElseGet(() -> Uni.createFrom().failure(new AuthenticationFailedException()))
                .onFailure(AuthenticationFailedException.class)
                .transform(wrong -> ProblemMapper.unauthenticated())
                .onFailure(Problem.class)
                .transform(why -> strangers.told(why, from))
                .map(ApiKeyIdentities::identity)
                .chain(identity -> {
                    if (!identity.hasRole(Role.AGENT.text())) {
                        throw new Problem(ProblemType.FORBIDDEN, "Your key does not have the role agent.");
                    }
                    return admission.within(identity.getPrincipal().getName(), () -> inRequest(identity, work));
                });
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
