package dev.writ.gateway.identity;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;

/** Turns a live key into the identity that Quarkus checks roles of. Memory only. */
@ApplicationScoped
class ApiKeyIdentities implements IdentityProvider<ApiKeyRequest> {

    private final Directory directory;
    private final InstantSource clock;

    ApiKeyIdentities(Directory directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    @Override
    public Class<ApiKeyRequest> getRequestType() {
        return ApiKeyRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(ApiKeyRequest request, AuthenticationRequestContext context) {
        PresentedKey presented = request.presented();
        return directory
                .key(presented.id())
                .filter(key -> key.isOpenedBy(presented) && !key.isExpiredAt(clock.instant()))
                .map(ApiKeyIdentities::identity)
                .map(identity -> Uni.createFrom().item(identity))
                // Unknown, wrong, expired, revoked: a stranger is not told which.
                .orElseGet(() -> Uni.createFrom().failure(new AuthenticationFailedException()));
    }

    static SecurityIdentity identity(ApiKey key) {
        return identity(Caller.of(key));
    }

    static SecurityIdentity identity(Caller caller) {
        QuarkusSecurityIdentity.Builder identity = QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(caller.key().principal()))
                .addRoles(caller.key().roleNames())
                .addCredential(caller);
        if (caller.key().isBootstrap()) {
            identity.addRole(Bootstrap.ROLE);
        }
        return identity.build();
    }
}
