package dev.writ.gateway.precedent;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.ApprovalKinds;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Reads;
import dev.writ.gateway.call.OnWorker;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How escalations of the same tool ended. They are compared when they are asked for, from what the log still holds of them: nothing is
 * indexed, so nothing has to be forgotten when a person's records are erased.
 */
@ApplicationScoped
class Precedents {

    private static final int WINDOW = 200;
    private static final int REFUSALS = 20;
    private static final long MOST_BYTES = 8 << 20;
    private static final int AT_A_TIME = 2;
    private static final String VIEW = "view";
    private static final String EXECUTED = "EXECUTED";

    private final Seen seen;
    private final AuditReader reader;
    private final Reads reads;
    private final Semaphore slots = new Semaphore(AT_A_TIME);

    Precedents(Seen seen, AuditReader reader, Reads reads) {
        this.seen = seen;
        this.reader = reader;
        this.reads = reads;
    }

    /**
     * What there is to compare with.
     *
     * @param looked how many that ended were compared
     * @param erased how many more there are whose arguments were erased
     * @param isAll whether there are no others
     */
    record Similar(
            Approval approval,
            int looked,
            int erased,
            boolean isAll,
            List<Comparison.Distance> numbers,
            List<Comparison.ByApprover> approvers,
            List<Comparison.Case> cases) {}

    /** Compares it with those of its tool that asked a group of this approver; that they are shown is recorded first. */
    Uni<Similar> similar(CallId call, Approver by) {
        Actor actor = Actor.of(by.principal());
        return seen.by(by, call).chain(approval -> {
            if (!slots.tryAcquire()) {
                throw new Problem(
                        ProblemType.TOO_MANY_REQUESTS, "Others are compared at the moment. Ask again in some seconds.");
            }
            return compared(approval, by)
                    .onTermination()
                    .invoke(slots::release)
                    .call(similar -> reads.record(actor, "similar-approvals", read(similar)));
        });
    }

    private static JsonObject read(Similar similar) {
        return JsonObject.builder()
                .put("call", similar.approval().call().toString())
                .put("looked", similar.looked())
                .put(
                        "shown",
                        JsonArray.ofTexts(similar.cases().stream()
                                .map(one -> one.ended().approval().call().toString())
                                .toList()))
                .build();
    }

    private Uni<Similar> compared(Approval approval, Approver by) {
        String tool = approval.escalation().tool().value();
        return reader.page(
                        query(Map.of(Column.TOOL, tool, Column.VERDICT, "escalate"), ApprovalKinds.DECIDED, WINDOW),
                        Set.of(VIEW),
                        MOST_BYTES)
                .chain(window -> refusalsBefore(tool, window).chain(older -> {
                    List<Recorded> opened = new ArrayList<>(older);
                    opened.addAll(window.entries());
                    return endings(approval, by, opened, window.isLast());
                }));
    }

    /** The last refusals are looked at however many approvals came after them: those can be made, many and cheap. */
    private Uni<List<Recorded>> refusalsBefore(String tool, AuditReader.Page window) {
        Set<String> known = window.entries().stream().flatMap(Precedents::call).collect(Collectors.toSet());
        return reader.find(query(Map.of(Column.TOOL, tool), ApprovalKinds.REFUSED, REFUSALS))
                .chain(refusals -> Multi.createFrom()
                        .iterable(refusals.stream()
                                .flatMap(Precedents::call)
                                .filter(call -> !known.contains(call))
                                .distinct()
                                .toList())
                        .onItem()
                        .transformToUniAndConcatenate(call -> reader.ofCall(call, Set.of(ApprovalKinds.DECIDED)))
                        .collect()
                        .asList()
                        .map(entries -> entries.stream().flatMap(List::stream).toList()));
    }

    private static Stream<String> call(Recorded recorded) {
        return recorded.entry().column(Column.CALL).stream();
    }

    private static EntryQuery query(Map<Column, String> columns, String kind, int limit) {
        return new EntryQuery(
                columns, Set.of(kind), 0, Long.MAX_VALUE, Optional.empty(), Optional.empty(), true, limit, false);
    }

    private Uni<Similar> endings(Approval approval, Approver by, List<Recorded> opened, boolean isAll) {
        List<Recorded> visible = opened.stream()
                .filter(recorded -> Approval.of(List.of(recorded))
                        .filter(other -> !other.call().equals(approval.call())
                                && other.escalation().groups().stream().anyMatch(by.groups()::contains))
                        .isPresent())
                .toList();
        Set<String> calls = visible.stream().flatMap(Precedents::call).collect(Collectors.toSet());
        Set<String> kinds = new HashSet<>(ApprovalKinds.ALL);
        kinds.remove(ApprovalKinds.DECIDED);
        kinds.add(EXECUTED);
        Uni<List<Recorded>> later = calls.isEmpty() ? Uni.createFrom().item(List.of()) : reader.ofCalls(calls, kinds);
        return OnWorker.map(later.chain(this::withViews), found -> compare(approval, visible, found, isAll))
                .chain(this::withReasons);
    }

    /**
     * What came after the opening entries.
     *
     * @param unread calls whose views would be too much to read at once
     */
    private record Later(List<Recorded> entries, Set<String> unread) {}

    /** With the views of those that are read, as many as there is room for. */
    private Uni<Later> withViews(List<Recorded> later) {
        Revisions revisions = Revisions.of(later);
        AtomicLong room = new AtomicLong(MOST_BYTES);
        return Multi.createFrom()
                .iterable(revisions.worthReading())
                .onItem()
                .transformToUniAndConcatenate(
                        revision -> reader.at(revision.index()).map(read -> read.orElse(revision)))
                .select()
                .first(read -> room.addAndGet(-size(read)) >= 0)
                .collect()
                .asList()
                .map(read -> {
                    Map<Long, Recorded> whole = new HashMap<>();
                    read.forEach(revision -> whole.put(revision.index(), revision));
                    return new Later(
                            later.stream()
                                    .map(recorded -> whole.getOrDefault(recorded.index(), recorded))
                                    .toList(),
                            revisions.callsBut(read));
                });
    }

    private static long size(Recorded recorded) {
        return recorded.entry().input(VIEW).map(view -> view.toBytes().length).orElse(0);
    }

    private static Similar compare(Approval approval, List<Recorded> opened, Later later, boolean isAll) {
        Map<String, List<Recorded>> byCall = later.entries().stream()
                .collect(Collectors.groupingBy(
                        recorded -> recorded.entry().column(Column.CALL).orElseThrow()));
        Traits here = Traits.of(approval);
        List<Ended> past = new ArrayList<>();
        int erased = 0;
        for (Recorded recorded : opened) {
            if (call(recorded).anyMatch(later.unread()::contains)) {
                continue;
            }
            List<Recorded> entries = new ArrayList<>(List.of(recorded));
            entries.addAll(byCall.getOrDefault(call(recorded).findFirst().orElseThrow(), List.of()));
            Optional<Ended> ended = ended(entries);
            if (ended.filter(one -> one.approval().escalation().view().members().isEmpty())
                    .isPresent()) {
                erased++;
            } else {
                ended.ifPresent(past::add);
            }
        }
        return new Similar(
                approval,
                past.size(),
                erased,
                isAll && later.unread().isEmpty(),
                Comparison.numbers(here, past),
                Comparison.approvers(here, past),
                Comparison.cases(here, past));
    }

    private static Optional<Ended> ended(List<Recorded> entries) {
        return Approval.of(entries)
                .flatMap(past ->
                        past.ending().map(ending -> new Ended(past, Traits.of(past), ending, outcome(entries))));
    }

    private static Optional<String> outcome(List<Recorded> entries) {
        return entries.stream()
                .filter(recorded -> recorded.entry().kind().equals(EXECUTED))
                .flatMap(recorded -> recorded.entry().body().text("outcome").stream())
                .findFirst();
    }

    /** What people said is read only of those that are shown. */
    private Uni<Similar> withReasons(Similar similar) {
        return Multi.createFrom()
                .iterable(similar.cases())
                .onItem()
                .transformToUniAndConcatenate(one -> reader.ofCall(
                                one.ended().approval().call().toString(), ApprovalKinds.ALL)
                        .map(entries -> Approval.of(entries)
                                .flatMap(whole -> whole.ending()
                                        .map(ending -> new Comparison.Case(
                                                new Ended(
                                                        whole,
                                                        one.ended().traits(),
                                                        ending,
                                                        one.ended().outcome()),
                                                one.likeness())))
                                .orElse(one)))
                .collect()
                .asList()
                .map(cases -> new Similar(
                        similar.approval(),
                        similar.looked(),
                        similar.erased(),
                        similar.isAll(),
                        similar.numbers(),
                        similar.approvers(),
                        cases));
    }
}
