package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.Role;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ApiKeyIdentitiesTest {

    private final World world = new World();
    private final ApiKeyIdentities identities = new ApiKeyIdentities(world.directory, world);
    private final Keys.Issued issued = world.issued(world.request("olga", Set.of(Role.OPERATOR, Role.AUDITOR)));

    private SecurityIdentity identity(PresentedKey presented) {
        return identities
                .authenticate(new ApiKeyRequest(presented), new SameThread())
                .await()
                .indefinitely();
    }

    private void assertRefused(PresentedKey presented) {
        assertThatThrownBy(() -> identity(presented))
                .isInstanceOf(AuthenticationFailedException.class)
                .hasMessage(null);
    }

    @Test
    void aLiveKeyIsItsPrincipalWithItsRoles() {
        SecurityIdentity identity = identity(issued.presented().orElseThrow());

        assertThat(identity.getPrincipal().getName()).isEqualTo("olga");
        assertThat(identity.getRoles()).containsExactlyInAnyOrder("operator", "auditor");
        assertThat(identity.isAnonymous()).isFalse();
    }

    @Test
    void aWrongSecretIsRefused() {
        assertRefused(new PresentedKey(issued.key().id(), "0".repeat(64)));
    }

    @Test
    void anUnknownKeyIsRefused() {
        assertRefused(PresentedKey.mint(world.random));
    }

    @Test
    void aRevokedKeyIsRefused() {
        world.keys.revoke(world.root(), issued.key().id()).await().indefinitely();

        assertRefused(issued.presented().orElseThrow());
    }

    @Test
    void anExpiredKeyIsRefused() {
        world.pass(Duration.ofDays(30).minusNanos(1));
        assertThat(identity(issued.presented().orElseThrow()).getRoles()).isNotEmpty();

        world.pass(Duration.ofNanos(1));
        assertRefused(issued.presented().orElseThrow());
    }

    private static final class SameThread implements AuthenticationRequestContext {
        @Override
        public Uni<SecurityIdentity> runBlocking(Supplier<SecurityIdentity> function) {
            return Uni.createFrom().item(function);
        }
    }
}
