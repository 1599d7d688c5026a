package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.writ.audit.AppliedRow;
import dev.writ.audit.Recorded;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
    void anApproversKeyAndNoOtherSaysForWhichGroups() {
        assertProblem(() -> request(Role.APPROVER, Set.of(), Optional.empty()), ProblemType.UNPROCESSABLE);
        assertProblem(() -> request(Role.AUDITOR, Set.of("finance"), Optional.empty()), ProblemType.UNPROCESSABLE);
        assertProblem(() -> request(Role.AGENT, Set.of("finance"), Optional.empty()), ProblemType.UNPROCESSABLE);

        ApiKey key = world.issued(request(Role.APPROVER, Set.of("finance", "legal"), Optional.empty()))
                .key();
        assertThat(key.groups()).containsExactly("finance", "legal");
    }

    @Test
    void aPersonsKeyMaySayWhoseItIsAndAProgramsMayNot() {
        Optional<String> ann = Optional.of(world.pseudonyms.of("ann@example.com"));
        assertProblem(() -> request(Role.AGENT, Set.of(), ann), ProblemType.UNPROCESSABLE);
        assertProblem(() -> request(Role.REPORTER, Set.of(), ann), ProblemType.UNPROCESSABLE);

        assertThat(world.issued(request(Role.OPERATOR, Set.of(), ann)).key().person())
                .isEqualTo(ann);
    }

    private static KeyRequest request(Role role, Set<String> groups, Optional<String> person) {
        return new KeyRequest(
                PrincipalName.parse("principal", "jd"),
                Set.of(role),
                Set.of(),
                groups,
                person,
                ToolPatterns.ALL,
                Duration.ofDays(1),
                Optional.empty(),
                Optional.empty());
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
                ToolPatterns.ALL,
                World.NOON.plus(Duration.ofDays(1)),
                Optional.empty(),
                new Proof.Secret(presented.secretHash()));

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

    private Keys.Issued rotated(String id, Duration overlap) {
        return world.keys
                .rotate(world.root(), id, overlap, Duration.ofDays(60))
                .await()
                .indefinitely();
    }

    private boolean isLive(ApiKey key) {
        return world.directory.isLiveAfter(key.id(), world.instant(), List.of());
    }

    @Test
    void aRotatedKeyWorksOnForAWhileAndTheNewOneHasItsRights() {
        world.register("bot");
        ApiKey old =
                world.issued(world.request("bot", Set.of(Role.AGENT), "ann")).key();

        ApiKey successor = rotated(old.id(), Duration.ofHours(24)).key();

        assertThat(successor)
                .usingRecursiveComparison()
                .ignoringFields("id", "expiresAt", "proof")
                .isEqualTo(old);
        assertThat(successor.expiresAt()).isEqualTo(World.NOON.plus(Duration.ofDays(60)));
        world.pass(Duration.ofHours(24).minusNanos(1));
        assertThat(isLive(old)).isTrue();
        world.pass(Duration.ofNanos(1));
        assertThat(isLive(old)).isFalse();
        assertThat(isLive(successor)).isTrue();
    }

    @Test
    void aKeyCanBeRotatedSoThatItEndsAtOnce() {
        ApiKey old = world.issued(world.request("aude", Set.of(Role.AUDITOR))).key();

        ApiKey successor = rotated(old.id(), Duration.ZERO).key();

        assertThat(world.directory.key(old.id())).isEmpty();
        assertThat(isLive(successor)).isTrue();
        assertThat(world.log.rows()).extracting(AppliedRow::label).containsExactly(old.id(), successor.id(), old.id());
    }

    @Test
    void rotationNeverMakesAKeyLiveLonger() {
        ApiKey old = world.issued(world.request("aude", Set.of(Role.AUDITOR))).key();
        world.pass(Duration.ofDays(29));

        rotated(old.id(), Duration.ofDays(7));

        assertThat(world.directory.key(old.id()).orElseThrow().expiresAt()).isEqualTo(old.expiresAt());
    }

    @Test
    void aKeyIsRotatedOnce() {
        ApiKey old = world.issued(world.request("aude", Set.of(Role.AUDITOR))).key();
        rotated(old.id(), Duration.ofHours(1));

        assertProblem(() -> rotated(old.id(), Duration.ofHours(1)), ProblemType.CONFLICT);
        assertProblem(() -> rotated("0000000000000000", Duration.ZERO), ProblemType.NOT_FOUND);
        world.pass(Duration.ofDays(1));
        assertProblem(() -> rotated(old.id(), Duration.ofHours(1)), ProblemType.CONFLICT);
    }

    @Test
    void aReplicaThatStartsLaterKnowsWhenARotatedKeyEnds() {
        List<Recorded> entries = new ArrayList<>();
        world.log.tail().subscribe(entries::add);
        ApiKey old = world.issued(world.request("aude", Set.of(Role.AUDITOR))).key();
        rotated(old.id(), Duration.ofHours(1));
        Directory behind = new Directory(world.state, new KeyRows(), new AgentRows());
        behind.onEntry(entries.get(0));
        Instant later = World.NOON.plus(Duration.ofHours(1));

        assertThat(behind.isLiveAfter(old.id(), later, List.of())).isTrue();
        assertThat(behind.isLiveAfter(old.id(), later, entries.subList(1, 2))).isFalse();
        behind.onEntry(entries.get(1));
        assertThat(behind.isLiveAfter(old.id(), later, List.of())).isFalse();
    }
}
