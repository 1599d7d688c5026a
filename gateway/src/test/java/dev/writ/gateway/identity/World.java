package dev.writ.gateway.identity;

import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.model.Role;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Everything of this package around a log in memory, without a database and without HTTP. */
final class World implements InstantSource {

    static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    final InMemoryAuditLog log = InMemoryAuditLog.create();
    final SecureRandom random = new SecureRandom();
    final Pseudonyms pseudonyms = Pseudonyms.of(new byte[32]);
    final IdentityConfig config = config(Path.of("/nowhere"));
    final GovernedState state = Auditing.state(log.reader());
    final Directory directory = new Directory(state, new KeyRows(), new AgentRows());
    final Journal journal = Auditing.journal(log, this);
    final Keys keys = new Keys(journal, directory, state, new KeyRows(), random);
    final Sessions sessions = new Sessions(journal, state, new SessionRows(), pseudonyms, random, config);

    private Instant now = NOON;

    World() {
        log.tail().subscribe(directory::onEntry);
        log.tail().subscribe(sessions::onEntry);
    }

    @Override
    public Instant instant() {
        return now;
    }

    void pass(Duration duration) {
        now = now.plus(duration);
    }

    Bootstrap bootstrap(Path home) {
        Bootstrap bootstrap = new Bootstrap(journal, state, random, config(home));
        log.tail().subscribe(bootstrap::onEntry);
        return bootstrap;
    }

    void register(String agent) {
        Agent registered = new Agent(agent, "team", "does things");
        journal.record(
                        Actor.WRIT,
                        AgentEntries.registered(registered, journal.now()),
                        List.of(AgentEntries.inserted(registered)))
                .await()
                .indefinitely();
    }

    /** A key that is in the directory. */
    Keys.Issued issued(KeyRequest request) {
        return keys.issue(root(), request).await().indefinitely();
    }

    /** A request for a key that this proves. */
    KeyRequest request(String principal, Role role, Proof proof, String... subjects) {
        KeyRequest asked = request(principal, Set.of(role), subjects);
        return new KeyRequest(
                asked.principal(),
                asked.roles(),
                asked.subjects(),
                asked.groups(),
                asked.person(),
                asked.tools(),
                asked.lifetime(),
                asked.purpose(),
                Optional.of(proof));
    }

    KeyRequest request(String principal, Set<Role> roles, String... subjects) {
        return new KeyRequest(
                PrincipalName.parse("principal", principal),
                roles,
                Set.copyOf(List.of(subjects).stream().map(pseudonyms::of).toList()),
                roles.contains(Role.APPROVER) ? Set.of("finance") : Set.of(),
                Optional.empty(),
                ToolPatterns.ALL,
                Duration.ofDays(30),
                Optional.of("to be tested"),
                Optional.empty());
    }

    /** An administrator that needs no key. */
    ApiKey root() {
        PresentedKey presented = PresentedKey.mint(random);
        return new ApiKey(
                presented.id(),
                "root",
                Set.of(Role.ADMIN),
                Set.of(),
                Set.of(),
                Optional.empty(),
                ToolPatterns.ALL,
                NOON.plus(Duration.ofDays(1)),
                Optional.empty(),
                new Proof.Secret(presented.secretHash()));
    }

    static IdentityConfig config(Path home) {
        return new Settings(
                Duration.ofDays(90),
                Duration.ofDays(366),
                1_000,
                Duration.ofHours(24),
                home,
                10,
                Duration.ofHours(24),
                Duration.ofDays(30),
                Optional.empty(),
                Optional.of(List.of("example.org")));
    }

    private record Settings(
            Duration keyLifetime,
            Duration maxKeyLifetime,
            int maxSubjects,
            Duration bootstrapLifetime,
            Path bootstrapFolder,
            int sessionsInMemory,
            Duration rotationOverlap,
            Duration maxRotationOverlap,
            Optional<URI> resource,
            Optional<List<String>> trustDomains)
            implements IdentityConfig {}
}
