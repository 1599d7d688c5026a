package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.writ.audit.AppliedRow;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Role;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class KeysTest {

    private final World world = new World();

    private static void assertProblem(ThrowingCallable call, ProblemType expected) {
        assertThatThrownBy(call)
                .asInstanceOf(type(Problem.class))
                .extracting(Problem::type)
                .isEqualTo(expected);
    }

    @Test
    void aKeyExpiresAfterItsLifetime() {
        ApiKey key = world.issued(world.request("aude", Set.of(Role.AUDITOR))).key();

        assertThat(key.expiresAt()).isEqualTo(World.NOON.plus(Duration.ofDays(30)));
    }

    @Test
    void anAgentsKeyNeedsARegisteredAgent() {
        KeyRequest request = world.request("unknown", Set.of(Role.AGENT));

        assertProblem(() -> world.issued(request), ProblemType.UNPROCESSABLE);
        assertProblem(
                () -> world.issued(world.request("unknown", Set.of(Role.APPLICATION))), ProblemType.UNPROCESSABLE);

        world.register("unknown");
        assertThat(world.issued(request).key().principal()).isEqualTo("unknown");
    }

    @Test
    void aKeyIsAProgramsOrAPersonsButNotBoth() {
        assertProblem(() -> world.request("x", Set.of(Role.AGENT, Role.ADMIN)), ProblemType.UNPROCESSABLE);
        assertProblem(() -> world.request("x", Set.of(Role.APPLICATION, Role.APPROVER)), ProblemType.UNPROCESSABLE);
        assertProblem(() -> world.request("x", Set.of()), ProblemType.MALFORMED);
    }

    @Test
    void onlyAProgramActsForOthers() {
        assertProblem(() -> world.request("aude", Set.of(Role.AUDITOR), "ann"), ProblemType.UNPROCESSABLE);
    }

    @Test
    void revokingTwiceRecordsOnce() {
        ApiKey key = world.issued(world.request("aude", Set.of(Role.AUDITOR))).key();
        world.keys.revoke(world.root(), key.id()).await().indefinitely();
        long size = world.log.size();

        assertThat(world.log.rows()).extracting(AppliedRow::label).containsExactly(key.id(), key.id());
        assertThat(size).isEqualTo(2);
    }

    @Test
    void whatIsNoIdIsNoKey() {
        assertProblem(() -> world.keys.revoke(world.root(), "' OR 1=1").await().indefinitely(), ProblemType.NOT_FOUND);
    }

    @Test
    void namesThatWouldNameAPersonOrWritItselfAreRefused() {
        for (String name : new String[] {
            "ann@example.com", "Ann", "", "-a", "a b", "a".repeat(65), "writ", "anonymous", "bootstrap"
        }) {
            assertProblem(() -> PrincipalName.parse("principal", name), ProblemType.MALFORMED);
        }
        assertThat(PrincipalName.parse("principal", "agent-7.b_c").value()).isEqualTo("agent-7.b_c");
    }

    @Test
    void lifetimesAreDurationsWithinBounds() {
        Duration longest = Duration.ofDays(366);
        assertThat(Lifetime.parse("expiresIn", "30d", longest)).isEqualTo(Duration.ofDays(30));
        assertThat(Lifetime.parse("expiresIn", "12h", longest)).isEqualTo(Duration.ofHours(12));
        assertThat(Lifetime.parse("expiresIn", "PT1S", longest)).isEqualTo(Duration.ofSeconds(1));
        assertThat(Lifetime.parse("expiresIn", "P366D", longest)).isEqualTo(longest);
        for (String wrong : new String[] {"", "30", "-1d", "PT-1S", "P367D", "0s", "99999999999999d", "P1Y", "d"}) {
            assertProblem(() -> Lifetime.parse("expiresIn", wrong, longest), ProblemType.MALFORMED);
        }
    }

    @Test
    void theBootstrapKeyMakesOneAdministratorsKeyAndIsSpent() {
        PresentedKey presented = PresentedKey.mint(world.random);
        ApiKey bootstrap = new ApiKey(
                presented.id(),
                Bootstrap.PRINCIPAL,
                Set.of(),
                Set.of(),
                Set.of(),
                Optional.empty(),
                World.NOON.plus(Duration.ofDays(1)),
                Optional.empty(),
                presented.secretHash());

        assertProblem(
                () -> world.keys.issue(bootstrap, world.request("aude", Set.of(Role.AUDITOR))), ProblemType.FORBIDDEN);
        Keys.Issued admin = world.keys
                .issue(bootstrap, world.request("root", Set.of(Role.ADMIN)))
                .await()
                .indefinitely();

        assertThat(world.directory.key(admin.key().id())).isPresent();
        assertThat(world.log.rows())
                .extracting(AppliedRow::label)
                .containsExactly(admin.key().id(), bootstrap.id());
        assertProblem(
                () -> world.keys
                        .issue(bootstrap, world.request("eve", Set.of(Role.ADMIN)))
                        .await()
                        .indefinitely(),
                ProblemType.CONFLICT);
    }
}
