package dev.writ.gateway.approval;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.InOrder;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Directory;
import dev.writ.gateway.identity.People;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Who stands for whom for a while. What the log says is all there is: no row, nothing that outlives its entries. What is lent is
 * never lent on, since nobody lends but the groups of their own key.
 */
@ApplicationScoped
class Delegations implements LogFollower {

    private static final int ID_BYTES = 16;

    private final Journal journal;
    private final GovernedState governed;
    private final Directory directory;
    private final People people;
    private final DutyConfig config;
    private final SecureRandom random;

    /** Those that nobody has ended, by id; of those whose time is over some are there for a while. */
    private final Map<String, Delegation> known = new ConcurrentHashMap<>();

    private final InOrder order = new InOrder(DelegationEntries.KINDS, Set.of(), this::apply);

    Delegations(
            Journal journal,
            GovernedState governed,
            Directory directory,
            People people,
            DutyConfig config,
            SecureRandom random) {
        this.journal = journal;
        this.governed = governed;
        this.directory = directory;
        this.people = people;
        this.config = config;
        this.random = random;
    }

    Instant now() {
        return journal.now();
    }

    /**
     * Lends groups of the caller's own key.
     *
     * @param until at most {@code writ.approval.max-delegation} from now
     */
    Uni<Delegation> lend(Approver by, String to, Set<String> groups, Instant until, String reason) {
        Instant at = now();
        require(by, to, groups, until, at);
        byte[] drawn = new byte[ID_BYTES];
        random.nextBytes(drawn);
        Delegation delegation = new Delegation(
                HexFormat.of().formatHex(drawn),
                by.name(),
                by.person(),
                by.principal().client(),
                to,
                groups,
                at,
                until,
                Optional.of(reason));
        Set<String> topics = Set.of(Topics.delegationsOf(by.name()), Topics.subject(DelegationEntries.WRIT));
        Draft<Entry> draft = new Draft<>(topics, journal.size(), since -> {
            requireRoom(by.name(), since, at);
            Entry entry = DelegationEntries.created(delegation);
            return new Settled<>(entry, List.of(), entry);
        });
        return journal.record(Actor.of(by.principal()), draft).replaceWith(delegation);
    }

    private void requireRoom(String lender, List<Recorded> since, Instant at) {
        Map<String, Delegation> lent = new HashMap<>();
        known.values().stream()
                .filter(delegation -> delegation.lender().equals(lender) && isLiveAfter(delegation, at, since))
                .forEach(delegation -> lent.put(delegation.id(), delegation));
        since.stream()
                .flatMap(recorded -> DelegationEntries.createdBy(recorded).stream())
                .filter(delegation -> delegation.lender().equals(lender))
                .forEach(delegation -> lent.put(delegation.id(), delegation));
        if (lent.size() >= config.maxDelegations()) {
            throw new Problem(
                    ProblemType.TOO_MANY_REQUESTS,
                    "You have lent your groups " + lent.size()
                            + " times, and no more may be in force (writ.approval.max-delegations). End some with"
                            + " DELETE /v1/delegations/{id}, or wait. Nothing was recorded.");
        }
    }

    private void require(Approver by, String to, Set<String> groups, Instant until, Instant at) {
        if (!by.groups().containsAll(groups)) {
            throw new Problem(
                    ProblemType.FORBIDDEN,
                    "Only groups that your own key lists can be lent, and what others have lent you cannot. Nothing was recorded.");
        }
        if (!at.isBefore(until) || until.isAfter(at.plus(config.maxDelegation()))) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "'until' is in the future, and at most " + config.maxDelegation()
                            + " from now (writ.approval.max-delegation). Nothing was recorded.");
        }
        if (people.of(by).isSame(people.of(to))) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "Nobody stands for themselves: 'to' is you, or another identity of yours. Nothing was recorded.");
        }
        if (!directory.isApprover(to, at)) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "'to' is no approver: no live key of that principal has the role. Nothing was recorded.");
        }
    }

    /**
     * Ends a delegation before its time.
     *
     * @param mine whether it must be the caller's, lent by them or to them
     */
    Uni<Delegation> end(Approver by, String id, boolean mine) {
        Delegation delegation = Optional.ofNullable(known.get(id))
                .filter(found -> !mine || isOf(found, by.name()))
                .orElseThrow(() -> new Problem(ProblemType.NOT_FOUND, "There is no such delegation of yours by now."));
        Draft<Entry> draft = new Draft<>(Set.of(Topics.delegation(id)), journal.size(), since -> {
            Entry entry = DelegationEntries.ended(id, now());
            return new Settled<>(entry, List.of(), entry);
        });
        return journal.record(Actor.of(by.principal()), draft).replaceWith(delegation);
    }

    /** What is in force, by the time it ends. */
    List<Delegation> live() {
        Instant at = now();
        return inForce(at)
                .sorted(Comparator.comparing(Delegation::until).thenComparing(Delegation::id))
                .toList();
    }

    static boolean isOf(Delegation delegation, String principal) {
        return delegation.lender().equals(principal) || delegation.to().equals(principal);
    }

    /** What somebody may use at that time. */
    List<Delegation> lentTo(String principal, Instant at) {
        return inForce(at)
                .filter(delegation -> delegation.to().equals(principal))
                .sorted(Comparator.comparing(Delegation::at).thenComparing(Delegation::id))
                .toList();
    }

    private Stream<Delegation> inForce(Instant at) {
        return known.values().stream().filter(delegation -> isLiveAfter(delegation, at, List.of()));
    }

    /** @param since entries that touch it or its key, some of which may have arrived here already */
    boolean isLiveAfter(Delegation delegation, Instant at, List<Recorded> since) {
        return !delegation.isExpiredAt(at)
                && known.containsKey(delegation.id())
                && since.stream()
                        .flatMap(recorded -> DelegationEntries.endedBy(recorded).stream())
                        .noneMatch(delegation.id()::equals)
                && directory.isLiveAfter(delegation.client(), at, since);
    }

    @Override
    public Uni<Void> load() {
        return governed.entries(DelegationEntries.KINDS).invoke(order::load).replaceWithVoid();
    }

    @Override
    public void onEntry(Recorded recorded) {
        order.arrived(recorded);
    }

    private void apply(Recorded recorded) {
        DelegationEntries.endedBy(recorded).ifPresent(known::remove);
        DelegationEntries.createdBy(recorded)
                .filter(delegation -> !delegation.isExpiredAt(now()))
                .ifPresent(delegation -> {
                    known.values().removeIf(other -> other.isExpiredAt(now()));
                    known.put(delegation.id(), delegation);
                });
    }
}
