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
import dev.writ.gateway.identity.People;
import dev.writ.gateway.policy.Author;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.webhook.Reporting;
import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    final Settings config = new Settings();
    final People people = new People(directory, pseudonyms);
    final Map<String, Set<Author>> authors = new HashMap<>();
    final Duties duties = new Duties();
    final Delegations delegations = delegations();
    final Entitlements entitlements =
            new Entitlements(people, directory, bundle -> authors.getOrDefault(bundle, Set.of()), delegations);
    final Approvals approvals = replica(journal);
    final Clarifications clarifications = new Clarifications(journal, approvals, pseudonyms, config);

    final Reviews reviews = reviews();
    final BreakGlass breakGlass = new BreakGlass(approvals, reviews, log.reader(), duties, new SimpleMeterRegistry());
    final Views views = new Views(journal, approvals, breakGlass);
    final Ladders ladders = new Ladders(approvals, journal);

    private Instant now = NOON;

    /** What an operator says. */
    static final class Settings implements ApprovalConfig {
        boolean requireView;

        @Override
        public int maxOpen() {
            return 1_000;
        }

        @Override
        public boolean requireView() {
            return requireView;
        }

        @Override
        public int maxQuestions() {
            return 2;
        }

        @Override
        public int maxEdits() {
            return 2;
        }
    }

    /** As another replica has them, which has loaded nothing yet. */
    Delegations delegations() {
        return new Delegations(journal, Auditing.state(log.reader()), directory, people, duties, new SecureRandom());
    }

    /** As another replica has them, which has loaded nothing yet. */
    Reviews reviews() {
        return new Reviews(journal, Auditing.state(log.reader()), Auditing.noErasures(), directory, people);
    }

    World() {
        await(() -> delegations.load());
        await(() -> reviews.load());
        log.tail().subscribe(delegations::onEntry);
        log.tail().subscribe(reviews::onEntry);
        Identities.register(journal, AGENT, OWNER);
    }

    /** As an operator sets it up. */
    static final class Duties implements DutyConfig {

        Set<String> mayBreakGlass = Set.of();

        @Override
        public Duration maxDelegation() {
            return Duration.ofDays(14);
        }

        @Override
        public int maxDelegations() {
            return 3;
        }

        @Override
        public Optional<Set<String>> breakGlassGroups() {
            return Optional.of(mayBreakGlass).filter(groups -> !groups.isEmpty());
        }

        @Override
        public Duration reviewWithin() {
            return Duration.ofDays(3);
        }
    }

    @Override
    public Instant instant() {
        return now;
    }

    void pass(Duration duration) {
        now = now.plus(duration);
    }

    Escalation open(Ask... asks) {
        return open(NOON, asks);
    }

    Escalation openNow(Ask... asks) {
        return open(now, asks);
    }

    private Escalation open(Instant at, Ask... asks) {
        Escalation escalation = Escalations.of(AGENT, pseudonyms.of(PERSON), at, asks);
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

    /** Another one over the same log. */
    Approvals replica(Journal other) {
        return new Approvals(
                other,
                log.reader(),
                Auditing.state(log.reader()),
                new ApprovalRows(),
                directory,
                entitlements,
                pseudonyms,
                Reporting.webhooks(log, other),
                Auditing.noErasures(),
                Unsigned.SIGNATURES,
                (event, escalation, groups) -> List.of(),
                config,
                new SimpleMeterRegistry());
    }

    Approval view(Escalation escalation, Approver by) {
        return await(() -> views.view(escalation.call(), by));
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
