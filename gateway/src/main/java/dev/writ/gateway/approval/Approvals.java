package dev.writ.gateway.approval;

import dev.writ.audit.AuditReader;
import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.audit.Settled;
import dev.writ.audit.Settlement;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Needed;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Directory;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.task.Next;
import dev.writ.gateway.task.Tasks;
import dev.writ.gateway.webhook.Webhooks;
import dev.writ.gateway.wire.Page;
import dev.writ.model.CallId;
import dev.writ.model.Principal;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Calls that wait for people. Rows only find an approval; whatever decides is read from the entries of its call, and looked at
 * again under the log's lock before anything is written.
 */
@ApplicationScoped
public class Approvals implements Needed {

    /** The task that decides an approved call again; its instance is the call. */
    public static final String RESUME = "resume-call";

    static final String EXPIRE = "expire-approval";

    private final Journal journal;
    private final AuditReader reader;
    private final GovernedState state;
    private final ApprovalRows rows;
    private final Directory directory;
    private final Pseudonyms pseudonyms;
    private final Webhooks webhooks;
    private final Erasures erasures;
    private final ApprovalConfig config;
    private final MeterRegistry meters;

    Approvals(
            Journal journal,
            AuditReader reader,
            GovernedState state,
            ApprovalRows rows,
            Directory directory,
            Pseudonyms pseudonyms,
            Webhooks webhooks,
            Erasures erasures,
            ApprovalConfig config,
            MeterRegistry meters) {
        this.journal = journal;
        this.reader = reader;
        this.state = state;
        this.rows = rows;
        this.directory = directory;
        this.pseudonyms = pseudonyms;
        this.webhooks = webhooks;
        this.erasures = erasures;
        this.config = config;
        this.meters = meters;
    }

    /** What the entry that opens this approval adds to itself. Pure. */
    public Opening opening(Escalation escalation) {
        String viewMac = pseudonyms.mac("view", escalation.view().toJson());
        return new Opening(
                ApprovalEntries.opening(escalation, viewMac),
                ApprovalEntries.view(escalation),
                List.of(
                        ApprovalEntries.inserted(escalation),
                        Tasks.at(EXPIRE, escalation.call().toString(), escalation.expiresAt())));
    }

    /** The approval of that call; empty if the call does not wait for people and never did. */
    public Uni<Optional<Approval>> find(CallId call) {
        return reader.ofCall(call.toString(), ApprovalEntries.KINDS).map(Approval::of);
    }

    /**
     * Sees to it that no agent buries what others wait for.
     *
     * @return fails with a {@link Problem} if as many calls of that agent wait as may
     */
    public Uni<Void> requireRoom(String agent) {
        return state.rows(() -> rows.countOpen(agent))
                .invoke(open -> {
                    if (open >= config.maxOpen()) {
                        throw new Problem(
                                ProblemType.TOO_MANY_REQUESTS,
                                open + " calls of this agent wait for approval, and no more may. Withdraw some with"
                                        + " DELETE /v1/tool-calls/{id}, or wait. Nothing was executed.");
                    }
                })
                .replaceWithVoid();
    }

    /** The call that asks the same already and still waits. */
    public Uni<Optional<CallId>> openLike(Escalation escalation) {
        long before = journal.size();
        return state.rows(() -> rows.openLike(escalation))
                .chain(found -> trusted(found, before))
                .map(approvals -> approvals.stream()
                        .filter(approval -> approval.state() == Approval.State.OPEN
                                && approval.escalation().isLike(escalation))
                        .map(Approval::call)
                        .findFirst());
    }

    /** Approved calls that ask the same, whose time is not over at that of the escalation. Some may have been used. */
    public Uni<List<CallId>> approvedLike(Escalation escalation) {
        long before = journal.size();
        return state.rows(() -> rows.approvedLike(escalation))
                .chain(found -> trusted(found, before))
                .map(approvals -> approvals.stream()
                        .filter(approval -> approval.escalation().isLike(escalation))
                        .map(Approval::call)
                        .toList());
    }

    /** One page of them, newest first. */
    Uni<Page<Approval>> list(Filter filter, Page.Request page) {
        long before = journal.size();
        return state.rows(() -> rows.page(filter, page))
                .chain(found -> trusted(found, before).map(approvals -> {
                    Map<String, Approval> byCall = approvals.stream()
                            .collect(
                                    Collectors.toMap(approval -> approval.call().toString(), Function.identity()));
                    Page<Optional<Approval>> shown =
                            page.of(found, row -> row.call, row -> Optional.ofNullable(byCall.get(row.call)));
                    return new Page<>(
                            shown.items().stream().flatMap(Optional::stream).toList(), shown.next());
                }));
    }

    /**
     * Records that somebody approves. The last approval that is needed ends it, and wakes the call in the same transaction.
     *
     * @param view digest of what they saw, if they say so
     */
    public Uni<Approval> approve(CallId call, Approver by, String reason, Optional<String> view) {
        return answer(call, by, (approval, entitled, since, at) -> {
            requireSeen(approval, view, since);
            requireFirst(approval, by);
            boolean complete =
                    approval.counting(given -> counts(given, since)).isCompleteWith(by.name(), entitled.asks());
            Entry entry = ApprovalEntries.granted(approval, by, entitled, reason, view.isPresent(), complete, at);
            return settled(entry, complete ? approved(call, at) : List.of(), approval);
        });
    }

    /**
     * What of it somebody may answer, given what was appended since. Memory only.
     *
     * @param view digest of what they saw, if they say so
     * @throws Problem if it is nothing, or not what they saw
     */
    public Entitlement entitlement(Approval approval, Approver by, Optional<String> view, List<Recorded> since) {
        requireSeen(approval, view, since);
        return Entitlement.of(by, approval.escalation(), owner(approval.escalation()));
    }

    /** Records that somebody refuses, which ends it. */
    Uni<Approval> refuse(CallId call, Approver by, String reason) {
        return answer(
                call,
                by,
                (approval, entitled, since, at) -> settled(
                        ApprovalEntries.refused(approval, by, reason, at),
                        ends(approval, Approval.State.REFUSED),
                        approval));
    }

    /** Ends an approval because the agent no longer wants the call. Whether the call is the agent's must have been checked. */
    public Uni<Approval> withdraw(CallId call, Principal by) {
        long readAt = journal.size();
        Instant at = journal.now();
        return existing(call)
                .chain(approval -> record(Actor.of(by), approval, readAt, (now, since) -> {
                    requireOpen(now, at);
                    return settled(ApprovalEntries.withdrawn(now, at), ends(now, Approval.State.WITHDRAWN), now);
                }))
                .onFailure(AuditUnavailableException.class)
                .transform(failure -> unknown(call));
    }

    /** Ends an approval whose time is over, if nothing else has ended it. */
    Uni<Next> expire(CallId call) {
        long readAt = journal.size();
        Instant at = journal.now();
        return find(call).chain(found -> {
            Optional<Approval> open = found.filter(approval -> approval.state() == Approval.State.OPEN);
            if (open.isEmpty()) {
                return Uni.createFrom().item(Next.done());
            }
            if (open.get().isOpenAt(at)) {
                return Uni.createFrom().item(Next.again(open.get().escalation().expiresAt()));
            }
            return record(Actor.WRIT, open.get(), readAt, (now, since) -> {
                        requireNotEnded(now);
                        return settled(ApprovalEntries.expired(now, at), ends(now, Approval.State.EXPIRED), now);
                    })
                    .map(expired -> Next.done())
                    // Somebody else ended it first.
                    .onFailure(Problem.class)
                    .recoverWithItem(Next::done);
        });
    }

    /**
     * Ends every open approval of a subject that was erased: nobody can see any more what they would approve.
     *
     * @param subjectKey as in the entries of its calls
     */
    public Uni<Void> withdrawErased(String subjectKey) {
        long readAt = journal.size();
        return state.rows(() -> rows.openOf(subjectKey))
                .chain(found -> found.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : Multi.createFrom()
                                .iterable(found)
                                .onItem()
                                .transformToUniAndConcatenate(row -> withdrawErased(CallId.parse(row.call), readAt))
                                .collect()
                                .asList()
                                .replaceWithVoid());
    }

    private Uni<Void> withdrawErased(CallId call, long readAt) {
        Instant at = journal.now();
        return existing(call)
                .chain(approval -> record(Actor.WRIT, approval, readAt, (now, since) -> {
                    requireNotEnded(now);
                    return settled(ApprovalEntries.withdrawn(now, at), ends(now, Approval.State.WITHDRAWN), now);
                }))
                .replaceWithVoid()
                // Somebody else ended it first.
                .onFailure(Problem.class)
                .recoverWithNull();
    }

    @Override
    public Uni<Optional<Need>> need() {
        return state.rows(rows::oldestOpen)
                .map(found -> found.stream()
                        .findFirst()
                        .map(row -> new Need(row.entryIndex(), "a call that waits for approval")));
    }

    /** What somebody entitled to it says, made from the approval as it is by then. */
    private interface Answer {
        Settled<Approval> settle(Approval approval, Entitlement entitled, List<Recorded> since, Instant at);
    }

    private Uni<Approval> answer(CallId call, Approver by, Answer answer) {
        long readAt = journal.size();
        Instant at = journal.now();
        return existing(call).chain(approval -> {
            Entitlement entitled = Entitlement.of(by, approval.escalation(), owner(approval.escalation()));
            return record(Actor.of(by.principal()), approval, readAt, (now, since) -> {
                        requireOpen(now, at);
                        return answer.settle(now, entitled, since, at);
                    })
                    .onFailure(AuditUnavailableException.class)
                    .transform(failure -> unknown(call));
        });
    }

    /** Unlike a call, an answer has no key to be repeated with. */
    private static Problem unknown(CallId call) {
        return new Problem(
                ProblemType.AUDIT_UNAVAILABLE,
                "It is not known whether this was recorded. Look at " + call
                        + " before you try again: if it was, it counts.");
    }

    /** Writes what changes it, and answers what it is then. */
    private Uni<Approval> record(
            Actor actor,
            Approval approval,
            long readAt,
            BiFunction<Approval, List<Recorded>, Settled<Approval>> change) {
        Set<String> topics =
                new HashSet<>(Set.of(Topics.approval(approval.call()), Topics.subject(approval.subjectKey())));
        approval.given().forEach(given -> topics.add(Topics.key(given.client())));
        Settlement<Approval> settlement = since -> {
            Settled<Approval> settled = change.apply(approval.after(since), since);
            return new Settled<>(erasures.withoutErased(settled.entry(), since), settled.rows(), settled.outcome());
        };
        return journal.record(actor, new Draft<>(topics, readAt, settlement))
                .map(receipt -> receipt.fold(
                        created -> created.outcome().after(List.of(created.recorded())),
                        // Its keys are taken although no entry that was found holds them.
                        existing -> {
                            throw conflict("Somebody has answered it already. Nothing was recorded.");
                        }))
                .invoke(this::count);
    }

    /** Whoever took a key away takes away what was granted with it. */
    private boolean counts(Given given, List<Recorded> since) {
        return !directory.isRevokedAfter(given.client(), since);
    }

    private void count(Approval approval) {
        if (approval.state() != Approval.State.OPEN) {
            meters.counter("writ.approvals", "state", approval.state().text()).increment();
        }
    }

    private static Settled<Approval> settled(Entry entry, List<RowChange> rows, Approval before) {
        return new Settled<>(entry, rows, before);
    }

    private static List<RowChange> approved(CallId call, Instant at) {
        return List.of(ApprovalEntries.ended(call, Approval.State.APPROVED), Tasks.at(RESUME, call.toString(), at));
    }

    /** What an end without approval changes: the call will never run, so this is the end of the call as well. */
    private List<RowChange> ends(Approval approval, Approval.State reached) {
        List<RowChange> rows =
                new ArrayList<>(webhooks.ended(approval.escalation().agent()));
        rows.add(ApprovalEntries.ended(approval.call(), reached));
        return rows;
    }

    private Uni<Approval> existing(CallId call) {
        return find(call)
                .map(found -> found.orElseThrow(() ->
                        new Problem(ProblemType.NOT_FOUND, "No call of this id waits for approval, or ever did.")));
    }

    /** Every pseudonym of whoever answers for the agent. */
    private Set<String> owner(Escalation escalation) {
        return directory
                .ownerOf(escalation.agent())
                .map(owner -> {
                    Set<String> pseudonyms = new HashSet<>(directory.personsOf(owner));
                    pseudonyms.add(this.pseudonyms.of(owner));
                    return pseudonyms;
                })
                .orElseThrow(() -> conflict(
                        "It is not known who answers for the agent, so nobody can be told to be somebody else. Nothing was"
                                + " recorded."));
    }

    private static void requireOpen(Approval approval, Instant at) {
        requireNotEnded(approval);
        if (!approval.isOpenAt(at)) {
            throw conflict("Its time is over since " + approval.escalation().expiresAt() + ". Nothing was recorded.");
        }
    }

    private static void requireNotEnded(Approval approval) {
        approval.ending().ifPresent(ending -> {
            throw conflict("It has ended already: " + ending.state().text() + ". Nothing was recorded.");
        });
    }

    private void requireFirst(Approval approval, Approver by) {
        boolean isAgain = approval.given().stream()
                .anyMatch(given -> given.approver().equals(by.name())
                        || by.isPerson(pseudonyms.of(given.approver()))
                        || given.person().filter(by::isPerson).isPresent());
        if (isAgain) {
            throw conflict("You have approved it already, and it needs somebody else too. Nothing was recorded.");
        }
    }

    private void requireSeen(Approval approval, Optional<String> view, List<Recorded> since) {
        boolean isThere = !erasures.isErasedAfter(approval.subjectKey(), since)
                && approval.viewDigest()
                        .equals(pseudonyms.mac(
                                "view", approval.escalation().view().toJson()));
        if (!isThere) {
            throw conflict("What is to be approved was erased. Refuse it; nothing was recorded.");
        }
        if (view.isPresent() && !view.get().equals(approval.viewDigest())) {
            throw conflict("'view' is not the digest of what is to be approved. Read it again; nothing was recorded.");
        }
    }

    private static Problem conflict(String detail) {
        return new Problem(ProblemType.CONFLICT, detail);
    }

    /**
     * The approvals of those rows that say what the log says.
     *
     * @param before size of the log before the rows were read: what changed since may be missing in them
     */
    private Uni<List<Approval>> trusted(List<ApprovalRow> found, long before) {
        if (found.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        Set<String> calls = found.stream().map(row -> row.call).collect(Collectors.toSet());
        return reader.ofCalls(calls, ApprovalEntries.KINDS)
                .map(entries -> entries.stream()
                        .collect(Collectors.groupingBy(
                                entry -> entry.entry().column(Column.CALL).orElseThrow())))
                .map(byCall -> found.stream()
                        .flatMap(row -> trusted(row, byCall.getOrDefault(row.call, List.of()), before).stream())
                        .toList());
    }

    private Optional<Approval> trusted(ApprovalRow row, List<Recorded> entries, long before) {
        Optional<Approval> approval = Approval.of(entries);
        if (approval.filter(row::says).isPresent()) {
            return approval;
        }
        if (approval.filter(changed -> changed.changed().index() >= before).isEmpty()) {
            state.distrust("approval", row.call);
        }
        return Optional.empty();
    }
}
