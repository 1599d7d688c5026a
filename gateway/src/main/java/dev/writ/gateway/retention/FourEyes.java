package dev.writ.gateway.retention;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.People;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.task.Tasks;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Operations that one person proposes and another confirms. Their state is the log's entries and nothing else: there is no row. */
@ApplicationScoped
class FourEyes implements LogFollower {

    /** The task that carries out an entry that deletes; its instance is the entry's index. */
    static final String CARRY_OUT = "carry-out-deletion";

    private static final int ID_BYTES = 16;

    private final GovernedState governed;
    private final Journal journal;
    private final People people;
    private final Erasures erasures;
    private final PruneBound bound;
    private final Deletions deletions;
    private final RetentionConfig config;
    private final SecureRandom random;
    private volatile Operations state = Operations.NONE;

    FourEyes(
            GovernedState governed,
            Journal journal,
            People people,
            Erasures erasures,
            PruneBound bound,
            Deletions deletions,
            RetentionConfig config,
            SecureRandom random) {
        this.governed = governed;
        this.journal = journal;
        this.people = people;
        this.erasures = erasures;
        this.bound = bound;
        this.deletions = deletions;
        this.config = config;
        this.random = random;
    }

    /** Records that somebody proposes it. A hold protects from here on. */
    Uni<Proposed> propose(Act act, Approver by, String reason) {
        requireRole(act, by);
        byte[] drawn = new byte[ID_BYTES];
        random.nextBytes(drawn);
        String id = HexFormat.of().formatHex(drawn);
        long readAt = journal.size();
        Instant at = journal.now();
        Optional<Instant> expiresAt = act instanceof Act.Hold
                ? Optional.empty()
                : Optional.of(at.plus(config.audit().operations().expiry()));
        return record(by, id, readAt, Set.of(), (now, since) -> {
            act.<Runnable>fold(
                            erase -> () -> requireThere(erase, since),
                            prune -> () -> {},
                            hold -> () -> {},
                            release -> () -> requireReleasable(now, release))
                    .run();
            return new Change(OperationEntries.proposed(id, act, by, reason, expiresAt, at), List.of());
        });
    }

    /** Records that somebody else agrees, which puts it in force. */
    Uni<Proposed> confirm(String id, Approver by) {
        long readAt = journal.size();
        Instant at = journal.now();
        Proposed proposed = existing(state, id);
        requireRole(proposed.act(), by);
        requireSomebodyElse(proposed, by);
        Set<String> subject =
                proposed.act().subjectKey().map(Topics::subject).stream().collect(Collectors.toSet());
        return stillPossible(proposed.act())
                .chain(pruning -> record(by, id, readAt, subject, (now, since) -> {
                    Proposed operation = existing(now, id);
                    requireOpen(operation, at);
                    requireNotHeld(now, operation.act());
                    return operation
                            .act()
                            .fold(
                                    erase -> {
                                        requireThere(erase, since);
                                        return change(operation, by, pruning, at, true);
                                    },
                                    prune -> change(operation, by, pruning, at, true),
                                    hold -> change(operation, by, pruning, at, false),
                                    release -> {
                                        requireReleasable(now, release);
                                        requireAuditor(
                                                by,
                                                "The release of a hold is confirmed by somebody with the role auditor.");
                                        return change(operation, by, pruning, at, false);
                                    });
                }));
    }

    /** Records that it is not to be, which ends it. Whoever may propose it may reject it; a hold, only some of them. */
    Uni<Proposed> reject(String id, Approver by, String reason) {
        long readAt = journal.size();
        Instant at = journal.now();
        Proposed proposed = existing(state, id);
        requireRole(proposed.act(), by);
        requireMayReject(proposed, by);
        return record(by, id, readAt, Set.of(), (now, since) -> {
            Proposed operation = existing(now, id);
            requireOpen(operation, at);
            return new Change(OperationEntries.rejected(operation, reason, at), List.of());
        });
    }

    Operations state() {
        return state;
    }

    Proposed existing(String id) {
        return existing(state, id);
    }

    @Override
    public Uni<Void> load() {
        return governed.entries(OperationEntries.KINDS).invoke(this::apply).replaceWithVoid();
    }

    @Override
    public void onEntry(Recorded recorded) {
        if (OperationEntries.KINDS.contains(recorded.entry().kind())) {
            apply(List.of(recorded));
        }
    }

    /** Loading runs while entries arrive. */
    private synchronized void apply(List<Recorded> entries) {
        state = state.after(entries);
    }

    /** An entry, and the rows that it implies. */
    private record Change(Entry entry, List<RowChange> rows) {}

    /** Made from what the log says by then. */
    private interface Settling {
        Change settle(Operations now, List<Recorded> since);
    }

    private Uni<Proposed> record(Approver by, String id, long readAt, Set<String> further, Settling settling) {
        Set<String> topics =
                Stream.concat(Stream.of(Topics.OPERATIONS), further.stream()).collect(Collectors.toSet());
        Draft<Operations> draft = new Draft<>(topics, readAt, since -> {
            Operations now = state.after(since);
            Change change = settling.settle(now, since);
            return new Settled<>(change.entry(), change.rows(), now);
        });
        return journal.record(Actor.of(by.principal()), draft)
                .map(receipt -> receipt.fold(
                        created -> existing(created.outcome().after(List.of(created.recorded())), id),
                        // Whose entry is not in memory yet.
                        taken -> {
                            throw conflict("Somebody has answered it already.");
                        }));
    }

    private Change change(
            Proposed operation,
            Approver by,
            Optional<OperationEntries.PruneScope> pruning,
            Instant at,
            boolean deletes) {
        return new Change(
                OperationEntries.confirmed(operation, by, pruning, at),
                deletes ? List.of(Tasks.ofEntry(CARRY_OUT, at)) : List.of());
    }

    private Uni<Optional<OperationEntries.PruneScope>> stillPossible(Act act) {
        return act instanceof Act.Prune prune
                ? bound.before(prune.below())
                        .chain(before -> deletions
                                .kept(prune.below(), Act.PRUNABLE)
                                .map(kept -> Optional.of(new OperationEntries.PruneScope(before, kept))))
                : Uni.createFrom().item(Optional.empty());
    }

    private static Proposed existing(Operations operations, String id) {
        return operations
                .find(id)
                .orElseThrow(() -> new Problem(ProblemType.NOT_FOUND, "There is no operation of this id."));
    }

    private void requireThere(Act.Erase erase, List<Recorded> since) {
        if (erasures.isErasedAfter(erase.subject(), since)) {
            throw conflict("It was erased already.");
        }
    }

    private static void requireReleasable(Operations now, Act.Release release) {
        Proposed hold = now.find(release.hold())
                .filter(operation -> operation.act() instanceof Act.Hold)
                .orElseThrow(() -> new Problem(ProblemType.NOT_FOUND, "There is no hold of this id."));
        if (hold.answered().isEmpty()) {
            throw conflict("Nobody has confirmed this hold yet. Reject it; that needs no second person.");
        }
        if (!hold.isHolding()) {
            throw conflict("This hold has ended already.");
        }
    }

    private static void requireNotHeld(Operations now, Act act) {
        List<Proposed> holds = now.holding(act);
        if (!holds.isEmpty()) {
            throw conflict(
                    "It is held by " + ids(holds) + ", so it stays as it is. Release the hold first, or reject this.");
        }
    }

    static String ids(List<Proposed> operations) {
        return operations.stream().map(Proposed::id).collect(Collectors.joining(", "));
    }

    private static void requireOpen(Proposed operation, Instant at) {
        Proposed.State stands = operation.stateAt(at);
        if (stands != Proposed.State.PROPOSED) {
            throw conflict("It is " + stands.text() + ", so it cannot be answered"
                    + (stands == Proposed.State.EXPIRED ? "; propose it again." : "."));
        }
    }

    private static void requireRole(Act act, Approver by) {
        if (by.principal().roles().stream().noneMatch(role -> act.roles().contains(role.text()))) {
            throw forbidden("This takes a key with the role "
                    + act.roles().stream().sorted().collect(Collectors.joining(" or ")) + ".");
        }
    }

    /** Nobody has to have confirmed it for it to protect, and so to be ended. */
    private static void requireMayReject(Proposed operation, Approver by) {
        if (operation.act() instanceof Act.Hold
                && !by.name().equals(operation.proposed().by())) {
            requireAuditor(by, "A hold is rejected by whoever proposed it, or by somebody with the role auditor.");
        }
    }

    /** Those who run the gateway do not end a hold among themselves. */
    private static void requireAuditor(Approver by, String detail) {
        if (by.principal().roles().stream().noneMatch(role -> role.text().equals("auditor"))) {
            throw forbidden(detail);
        }
    }

    private void requireSomebodyElse(Proposed operation, Approver by) {
        String proposer = operation.proposed().by();
        if (by.name().equals(proposer)) {
            throw forbidden(
                    "You proposed it yourself, with this key or another one of yours. Somebody else confirms it.");
        }
        if (people.of(by).isSame(people.of(proposer, operation.person()))) {
            throw forbidden("Your keys say that you are the person who proposed it. Somebody else confirms it.");
        }
    }

    private static Problem forbidden(String detail) {
        return new Problem(ProblemType.FORBIDDEN, detail + " Nothing was recorded.");
    }

    private static Problem conflict(String detail) {
        return new Problem(ProblemType.CONFLICT, detail + " Nothing was recorded.");
    }
}
