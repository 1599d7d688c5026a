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
import dev.writ.model.Grant;
import dev.writ.model.JsonObject;
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
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    private final Entitlements entitlements;
    private final Pseudonyms pseudonyms;
    private final Webhooks webhooks;
    private final Erasures erasures;
    private final Signatures signatures;
    private final Announcements announcements;
    private final ApprovalConfig config;
    private final MeterRegistry meters;

    Approvals(
            Journal journal,
            AuditReader reader,
            GovernedState state,
            ApprovalRows rows,
            Directory directory,
            Entitlements entitlements,
            Pseudonyms pseudonyms,
            Webhooks webhooks,
            Erasures erasures,
            Signatures signatures,
            Announcements announcements,
            ApprovalConfig config,
            MeterRegistry meters) {
        this.journal = journal;
        this.reader = reader;
        this.state = state;
        this.rows = rows;
        this.directory = directory;
        this.entitlements = entitlements;
        this.pseudonyms = pseudonyms;
        this.webhooks = webhooks;
        this.erasures = erasures;
        this.signatures = signatures;
        this.announcements = announcements;
        this.config = config;
        this.meters = meters;
    }

    /** The call that a task is about. Its instance is the call, with a number behind it if the call was changed. */
    static CallId callOf(String instance) {
        return CallId.parse(instance.split("/", 2)[0]);
    }

    /** What the entry that opens this approval adds to itself. Pure. */
    public Opening opening(Escalation escalation) {
        String viewMac = pseudonyms.mac("view", escalation.view().toJson());
        List<RowChange> rows =
                new ArrayList<>(announcements.of(Announcements.Event.OPENED, escalation, escalation.groups()));
        rows.add(ApprovalEntries.inserted(escalation));
        rows.add(Tasks.at(EXPIRE, escalation.call().toString(), escalation.expiresAt()));
        rows.addAll(LadderEntries.task(escalation).stream().toList());
        return new Opening(
                ApprovalEntries.opening(escalation, viewMac), ApprovalEntries.view(escalation), List.copyOf(rows));
    }

    /** The approval of that call; empty if the call does not wait for people and never did. */
    public Uni<Optional<Approval>> find(CallId call) {
        return reader.ofCall(call.toString(), ApprovalKinds.ALL).map(Approval::of);
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
                        .filter(approval -> approval.state() == Approval.State.OPEN && approval.isLike(escalation))
                        .map(Approval::call)
                        .findFirst());
    }

    /** Approved calls that ask the same, whose time is not over at that of the escalation. Some may have been used. */
    public Uni<List<CallId>> approvedLike(Escalation escalation) {
        long before = journal.size();
        return state.rows(() -> rows.approvedLike(escalation))
                .chain(found -> trusted(found, before))
                .map(approvals -> approvals.stream()
                        .filter(approval -> approval.isLike(escalation))
                        .map(Approval::call)
                        .toList());
    }

    /** The groups as whose member somebody may answer by now. */
    public Set<String> groups(Approver approver) {
        return entitlements.groups(approver);
    }

    /** Whether a member of one of those groups may answer by now, or has been asked. */
    boolean isAsked(Approval approval, Set<String> groups) {
        return Stream.concat(approval.groups().stream(), approval.escalation().groupsAt(journal.now()).stream())
                .anyMatch(groups::contains);
    }

    /** Whether they may answer by now, or have been asked, for themselves or for somebody who lent them the right. */
    public boolean isAsked(Approval approval, Approver approver) {
        return isAsked(approval, groups(approver));
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

    /** As below, without a signature. */
    public Uni<Approval> approve(CallId call, Approver by, String reason, Optional<String> view) {
        return approve(call, by, reason, view, Optional.empty());
    }

    /**
     * Records that somebody approves. The last approval that is needed ends it, and wakes the call in the same transaction.
     *
     * @param view digest of what they saw, if they say so
     * @param signature over {@link #statement}; needed if one of the rules that they answer asks for it
     */
    Uni<Approval> approve(
            CallId call, Approver by, String reason, Optional<String> view, Optional<Signature> signature) {
        return answer(call, by, (approval, candidate, since, at) -> {
            requireSeen(approval, view, since);
            requireViewed(approval, by, view);
            candidate.requireFirst(approval);
            Entitlement entitled = candidate.toApprove(approval, since, at);
            Optional<SignedGrant> signed = SignedGrant.of(signatures, approval, by, entitled, signature, at, since);
            boolean complete = approval.counting((given, voice) -> counts(given, voice, since))
                    .isCompleteWith(by.name(), entitled.voices());
            Entry entry = ApprovalEntries.granted(
                    approval, by, entitled, reason, view.isPresent(), complete, signed.map(SignedGrant::statement), at);
            List<RowChange> changes = new ArrayList<>(complete ? approved(approval, at) : List.of());
            signed.ifPresent(grant -> changes.addAll(grant.rows()));
            return settled(entry, changes, approval);
        });
    }

    /** What somebody signs with their passkey to approve that, as it is now; fails with a {@link Problem} as approving would. */
    public Uni<JsonObject> statement(CallId call, Approver by) {
        Instant at = journal.now();
        return existing(call).map(approval -> {
            requireOpen(approval, at);
            requireSeen(approval, Optional.empty(), List.of());
            Entitlements.Candidate candidate = candidate(by, approval);
            candidate.requireFirst(approval);
            Entitlement entitled = candidate.toApprove(approval, List.of(), at);
            return signatures.statement(approval, by, entitled.voices(), at, List.of());
        });
    }

    /** Whether the key that it was given with was taken away, or the passkey. */
    public boolean isTakenAway(Grant grant, List<Recorded> since) {
        return isTakenAway(grant.clients().stream(), grant.passkey(), since);
    }

    private boolean isTakenAway(Stream<String> clients, Optional<String> passkey, List<Recorded> since) {
        return clients.anyMatch(client -> directory.isRevokedAfter(client, since))
                || passkey.filter(signed -> signatures.isRevokedAfter(signed, since))
                        .isPresent();
    }

    /** An approver who wants to answer that beyond its call; fails with a {@link Problem} if it is not known who has a stake in it. */
    public Consenting consenting(Approval approval, Approver by) {
        return new Consenting(this, candidate(by, approval), by);
    }

    /** Records that somebody refuses, which ends it. */
    Uni<Approval> refuse(CallId call, Approver by, String reason) {
        return answer(
                call,
                by,
                (approval, candidate, since, at) -> settled(
                        ApprovalEntries.refused(approval, by, candidate.toRefuse(approval, since, at), reason, at),
                        ends(approval, Approval.State.REFUSED),
                        approval),
                // Whoever could say no to it still can: what asked them before asks them now.
                (now, read) -> {});
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
                .chain(found -> found.isEmpty()
                        ? Uni.createFrom().item(Optional.empty())
                        : find(CallId.parse(found.get(0).call))
                                .map(opened -> Optional.of(new Need(
                                        // A row that was changed names the entry that changed it.
                                        opened.map(Approval::openedAt)
                                                .orElseGet(() -> found.get(0).entryIndex()),
                                        "a call that waits for approval"))));
    }

    /** What somebody says, made from the approval as it is by then. That they are entitled to it is theirs to look at. */
    interface Answer {
        Settled<Approval> settle(Approval approval, Entitlements.Candidate candidate, List<Recorded> since, Instant at);
    }

    Entitlements.Candidate candidate(Approver by, Approval approval) {
        return entitlements.candidate(by, approval.escalation());
    }

    Uni<Approval> answer(CallId call, Approver by, Answer answer) {
        return answer(call, by, answer, (now, read) -> {
            if (now.edits() != read.edits()) {
                // Who has a stake in what is asked now was not looked at.
                throw changed();
            }
        });
    }

    static Problem changed() {
        return conflict("It has just been changed. Read it again; nothing was recorded.");
    }

    /** @param isStill fails if it is not any more what it was when it was read, and the answer depends on that */
    private Uni<Approval> answer(CallId call, Approver by, Answer answer, BiConsumer<Approval, Approval> isStill) {
        long readAt = journal.size();
        Instant at = journal.now();
        return existing(call).chain(approval -> {
            Entitlements.Candidate candidate = candidate(by, approval);
            return record(Actor.of(by.principal()), approval, candidate.topics(), readAt, (now, since) -> {
                        requireOpen(now, at);
                        isStill.accept(now, approval);
                        return answer.settle(now, candidate, since, at);
                    })
                    .onFailure(AuditUnavailableException.class)
                    .transform(failure -> unknown(call));
        });
    }

    /** Unlike a call, an answer has no key to be repeated with. */
    static Problem unknown(CallId call) {
        return new Problem(
                ProblemType.AUDIT_UNAVAILABLE,
                "It is not known whether this was recorded. Look at " + call
                        + " before you try again: if it was, it counts.");
    }

    /** Writes what changes it, and answers what it is then. */
    Uni<Approval> record(
            Actor actor,
            Approval approval,
            long readAt,
            BiFunction<Approval, List<Recorded>, Settled<Approval>> change) {
        return record(actor, approval, Set.of(), readAt, change);
    }

    /** @param further topics of what the change is made from, besides the approval itself */
    Uni<Approval> record(
            Actor actor,
            Approval approval,
            Set<String> further,
            long readAt,
            BiFunction<Approval, List<Recorded>, Settled<Approval>> change) {
        Set<String> topics = new HashSet<>(further);
        topics.addAll(Set.of(Topics.approval(approval.call()), Topics.subject(approval.subjectKey())));
        approval.given().forEach(given -> given.clients().forEach(client -> topics.add(Topics.key(client))));
        approval.given().forEach(given -> topics.add(Topics.passkeys(given.approver())));
        topics.addAll(signatures.topics(approval.escalation(), actor.name()));
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

    /** Whoever took a key away takes away what was granted with it, and nothing besides. */
    private boolean counts(Given given, Voice voice, List<Recorded> since) {
        return !isTakenAway(
                Stream.concat(Stream.of(given.client()), voice.lent().map(Voice.Lent::client).stream()),
                given.passkey(),
                since);
    }

    private void count(Approval approval) {
        if (approval.state() != Approval.State.OPEN) {
            meters.counter("writ.approvals", "state", approval.state().text()).increment();
        }
    }

    private static Settled<Approval> settled(Entry entry, List<RowChange> rows, Approval before) {
        return new Settled<>(entry, rows, before);
    }

    /** What an entry of that event adds, so that all who were asked so far are told. */
    List<RowChange> told(Announcements.Event event, Approval approval) {
        return announcements.of(event, approval.escalation(), approval.groups());
    }

    /** What an entry adds so that those groups are told that were not asked before it. */
    List<RowChange> asking(Escalation escalation, Set<String> before, Set<String> after) {
        Set<String> further = new HashSet<>(after);
        further.removeAll(before);
        return further.isEmpty() ? List.of() : announcements.of(Announcements.Event.RAISED, escalation, further);
    }

    List<RowChange> approved(Approval approval, Instant at) {
        List<RowChange> rows = new ArrayList<>(told(Announcements.Event.ENDED, approval));
        rows.add(ApprovalEntries.ended(approval.call(), Approval.State.APPROVED));
        rows.add(Tasks.at(RESUME, approval.call().toString(), at));
        return rows;
    }

    /** What an end without approval changes: the call will never run, so this is the end of the call as well. */
    private List<RowChange> ends(Approval approval, Approval.State reached) {
        List<RowChange> rows =
                new ArrayList<>(webhooks.ended(approval.escalation().agent()));
        rows.addAll(told(Announcements.Event.ENDED, approval));
        rows.add(ApprovalEntries.ended(approval.call(), reached));
        return rows;
    }

    Uni<Approval> existing(CallId call) {
        return find(call)
                .map(found -> found.orElseThrow(() ->
                        new Problem(ProblemType.NOT_FOUND, "No call of this id waits for approval, or ever did.")));
    }

    static void requireOpen(Approval approval, Instant at) {
        requireNotEnded(approval);
        if (!approval.isOpenAt(at)) {
            throw conflict("Its time is over since " + approval.escalation().expiresAt() + ". Nothing was recorded.");
        }
    }

    static void requireNotEnded(Approval approval) {
        approval.ending().ifPresent(ending -> {
            throw conflict("It has ended already: " + ending.state().text() + ". Nothing was recorded.");
        });
    }

    void requireSeen(Approval approval, Optional<String> view, List<Recorded> since) {
        if (view.isPresent() && !view.get().equals(approval.viewDigest())) {
            throw conflict("'view' is not the digest of what is to be approved. Read it again; nothing was recorded.");
        }
        requireThere(approval, since);
    }

    /** That what is to be approved can be shown. */
    void requireThere(Approval approval, List<Recorded> since) {
        boolean isThere = !erasures.isErasedAfter(approval.subjectKey(), since)
                && approval.viewDigest()
                        .equals(pseudonyms.mac(
                                "view", approval.escalation().view().toJson()));
        if (!isThere) {
            throw conflict(
                    "What is to be approved was erased, or has just been changed. Read it again, or refuse it; nothing was"
                            + " recorded.");
        }
    }

    void requireViewed(Approval approval, Approver by, Optional<String> view) {
        boolean hasLooked = approval.viewedBy(by.name()).isPresent();
        if (approval.isRevised() && view.isEmpty() && !hasLooked) {
            throw conflict(
                    "It is not what it was when it was opened. Read it again, and say with 'view' what you saw; nothing"
                            + " was recorded.");
        }
        if (config.requireView() && !hasLooked) {
            throw conflict("Only those approve who have looked at it as it is now: POST /v1/approvals/"
                    + approval.call() + "/view first. Nothing was recorded.");
        }
    }

    static Problem conflict(String detail) {
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
        return reader.ofCalls(calls, ApprovalKinds.ALL)
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
