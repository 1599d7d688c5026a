package dev.writ.gateway.retention;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Needed;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Identities;
import dev.writ.gateway.identity.People;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import io.smallrye.mutiny.Uni;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Operations around a log in memory, with a clock that passes when it is told to. */
final class World implements InstantSource {

    static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    static final Duration KEPT = Duration.ofDays(40);

    final InMemoryAuditLog log = InMemoryAuditLog.create();
    final Pseudonyms pseudonyms = Pseudonyms.of(new byte[32]);
    final Journal journal = Auditing.journal(log, this);
    final People people = new People(Identities.directory(log), pseudonyms);
    final Timeline timeline = new Timeline(log.reader());
    final FourEyes operations;

    private Instant now = NOON;

    World() {
        this(Optional.of(KEPT), List.of());
    }

    World(Optional<Duration> retention, List<Needed> needed) {
        operations = new FourEyes(
                Auditing.state(log.reader()),
                journal,
                people,
                Auditing.erasures(log),
                new PruneBound(timeline, needed, settings(retention), journal),
                new NoDeletions(),
                settings(retention),
                new SecureRandom());
        log.tail().subscribe(operations::onEntry);
    }

    static RetentionConfig settings(Optional<Duration> retention) {
        return new Settings(
                new ResultSettings(Duration.ofDays(30), Duration.ofHours(24)),
                new AuditSettings(retention, new OperationSettings(Duration.ofDays(7), Duration.ofMinutes(1))));
    }

    private record Settings(Results results, Audit audit) implements RetentionConfig {}

    private record ResultSettings(Duration retention, Duration expireEvery) implements RetentionConfig.Results {}

    private record AuditSettings(Optional<Duration> retention, RetentionConfig.Operations operations)
            implements RetentionConfig.Audit {}

    private record OperationSettings(Duration expiry, Duration heldRetry) implements RetentionConfig.Operations {}

    @Override
    public Instant instant() {
        return now;
    }

    void pass(Duration duration) {
        now = now.plus(duration);
    }

    Approver somebody(String name, String person, Role... roles) {
        return new Approver(
                new Principal(name, Optional.empty(), "key-" + name, List.of(), Set.of(roles), "api-key"),
                Set.of(),
                pseudonyms.of(name),
                Optional.of(person).filter(known -> !known.isEmpty()).map(pseudonyms::of));
    }

    Approver admin(String name) {
        return somebody(name, "", Role.ADMIN);
    }

    Approver auditor(String name) {
        return somebody(name, "", Role.AUDITOR);
    }

    Act erase(String person) {
        return new Act.Erase("person/" + pseudonyms.of(person));
    }

    Act hold(String person) {
        return new Act.Hold(Optional.of("person/" + pseudonyms.of(person)));
    }

    String propose(Act act, Approver by) {
        return await(operations.propose(act, by, "because")).id();
    }

    Proposed.State confirm(String id, Approver by) {
        return await(operations.confirm(id, by)).stateAt(now);
    }

    Proposed.State state(String id) {
        return operations.existing(id).stateAt(now);
    }

    void append(String kind, int count) {
        for (int i = 0; i < count; i++) {
            Entry entry = new Entry(kind, now, List.of(), Set.of(), Map.of(), JsonObject.empty(), "writ", List.of());
            await(log.append(Draft.independent(new Settled<>(entry, entry))));
        }
    }

    /** The kinds of all entries. */
    List<String> kinds() {
        return await(Auditing.state(log.reader()).entries(Set.of())).stream()
                .map(recorded -> recorded.entry().kind())
                .toList();
    }

    static <T> T await(Uni<T> asked) {
        return asked.await().indefinitely();
    }
}
