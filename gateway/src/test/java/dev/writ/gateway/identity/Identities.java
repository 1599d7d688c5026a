package dev.writ.gateway.identity;

import dev.writ.audit.InMemoryAuditLog;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.Journal;
import dev.writ.model.Digest;
import dev.writ.model.Role;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes what other packages ask of this one, for their tests without a database. */
public final class Identities {

    private Identities() {}

    /** A directory that follows that log. */
    public static Directory directory(InMemoryAuditLog log) {
        Directory directory = new Directory(Auditing.state(log.reader()), new KeyRows(), new AgentRows());
        log.tail().subscribe(directory::onEntry);
        return directory;
    }

    /** Makes a key that decides escalations, of an id that says whose. */
    public static void approver(
            Journal journal, String id, String principal, Optional<String> person, String... groups) {
        record(journal, key(id, principal, Set.of(Role.APPROVER), person, groups));
    }

    /** Makes a key that names a person, and that has expired long ago. */
    public static void expired(Journal journal, String id, String principal, String person) {
        record(
                journal,
                key(id, principal, Set.of(Role.APPROVER), Optional.of(person))
                        .endingAt(Instant.parse("2000-01-01T00:00:00Z")));
    }

    /** Makes a key of an agent that names a person. */
    public static void agentOf(Journal journal, String id, String principal, String person) {
        record(journal, key(id, principal, Set.of(Role.AGENT), Optional.of(person)));
    }

    public static void revoke(Journal journal, String id) {
        journal.record(Actor.WRIT, KeyEntries.revoked(id, journal.now()), List.of())
                .await()
                .indefinitely();
    }

    private static ApiKey key(String id, String principal, Set<Role> roles, Optional<String> person, String... groups) {
        return new ApiKey(
                id,
                principal,
                roles,
                Set.of(),
                Set.of(groups),
                person,
                ToolPatterns.ALL,
                Instant.parse("2100-01-01T00:00:00Z"),
                Optional.empty(),
                new Proof.Secret(Digest.of(new byte[0])));
    }

    private static void record(Journal journal, ApiKey key) {
        journal.record(
                        Actor.WRIT,
                        KeyEntries.created(key, journal.now(), List.of(), Optional.empty()),
                        List.of(KeyEntries.inserted(key)))
                .await()
                .indefinitely();
    }

    public static void register(Journal journal, String agent, String owner) {
        Agent registered = new Agent(agent, owner, "does things");
        journal.record(
                        Actor.WRIT,
                        AgentEntries.registered(registered, journal.now()),
                        List.of(AgentEntries.inserted(registered)))
                .await()
                .indefinitely();
    }
}
