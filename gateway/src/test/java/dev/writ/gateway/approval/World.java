package dev.writ.gateway.approval;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Directory;
import dev.writ.gateway.identity.Identities;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.webhook.Reporting;
import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.assertj.core.api.AbstractStringAssert;

/** Approvals around a log in memory: an agent {@code support}, which {@code olga} answers for and which acts for {@code ann}. */
final class World implements InstantSource {

    static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    static final Digest DEFINITION = Digest.of(new byte[0]);
    static final Duration HOUR = Duration.ofHours(1);
    static final String AGENT = "support";
    static final String OWNER = "olga";
    static final String PERSON = "ann@example.com";

    final InMemoryAuditLog log = InMemoryAuditLog.create();
    final Pseudonyms pseudonyms = Pseudonyms.of(new byte[32]);
    final Journal journal = Auditing.journal(log, this);
    final Directory directory = Identities.directory(log);
    final Approvals approvals = new Approvals(
            journal,
            log.reader(),
            Auditing.state(log.reader()),
            new ApprovalRows(),
            directory,
            pseudonyms,
            Reporting.webhooks(log, journal),
            Auditing.noErasures(),
            (event, escalation) -> List.of(),
            () -> 1_000,
            new SimpleMeterRegistry());

    private Instant now = NOON;

    World() {
        Identities.register(journal, AGENT, OWNER);
    }

    @Override
    public Instant instant() {
        return now;
    }

    void pass(Duration duration) {
        now = now.plus(duration);
    }

    Escalation open(Ask... asks) {
        Escalation escalation = Escalations.of(AGENT, pseudonyms.of(PERSON), NOON, asks);
        await(() -> log.append(Escalations.opened(escalation, approvals.opening(escalation), DEFINITION)));
        return escalation;
    }

    Approver approver(String name, String... groups) {
        return new Approver(principal(name), Set.of(groups), pseudonyms.of(name), Optional.empty());
    }

    /** The same approver, with a key that says which person it is. */
    Approver known(Approver approver, String person) {
        return new Approver(
                approver.principal(), approver.groups(), approver.pseudonym(), Optional.of(pseudonyms.of(person)));
    }

    static Principal principal(String name) {
        return new Principal(name, Optional.empty(), "key-of-" + name, List.of(), Set.of(Role.APPROVER), "api-key");
    }

    Approval approve(Escalation escalation, Approver by) {
        return await(() -> approvals.approve(escalation.call(), by, "fine", Optional.empty()));
    }

    Approval refuse(Escalation escalation, Approver by) {
        return await(() -> approvals.refuse(escalation.call(), by, "not this one"));
    }

    Approval read(CallId call) {
        return await(() -> approvals.find(call)).orElseThrow();
    }

    static <T> T await(Supplier<Uni<T>> asked) {
        return asked.get().await().indefinitely();
    }

    static AbstractStringAssert<?> assertRefused(Supplier<?> asked, ProblemType expected) {
        return assertThatThrownBy(asked::get)
                .asInstanceOf(type(Problem.class))
                .satisfies(problem -> org.assertj.core.api.Assertions.assertThat(problem.type())
                        .isEqualTo(expected))
                .extracting(Problem::getMessage)
                .asString();
    }
}
