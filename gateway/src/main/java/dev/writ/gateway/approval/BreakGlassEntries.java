package dev.writ.gateway.approval;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.gateway.identity.Approver;
import dev.writ.model.CallId;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The entries that say that somebody did not wait for whoever is asked. There are two for each time: one of a kind of its own, which
 * opens the review, and then the grant, which names it.
 */
final class BreakGlassEntries {

    /** The member of the grant's body that names the first of them. */
    static final String BROKE = "brokeGlass";

    private static final String GROUPS = "groups";
    private static final String REVIEW_BY = "reviewBy";

    private BreakGlassEntries() {}

    /** @param reviewBy from then on it is overdue to be reviewed */
    static Entry broken(Approval approval, Approver by, String reason, Instant at, Instant reviewBy) {
        JsonObject body = JsonObject.builder()
                .put("assurance", by.principal().assurance())
                .put("person", by.person())
                .put(
                        GROUPS,
                        JsonArray.ofTexts(approval.groups().stream().sorted().toList()))
                .put("view", approval.viewDigest())
                .put(REVIEW_BY, reviewBy.toString())
                .build();
        return ApprovalEntries.entry(
                ApprovalKinds.BROKEN,
                approval,
                List.of("break-glass/" + approval.call() + "/" + by.name() + "/" + approval.viewDigest()),
                body,
                Optional.of(reason),
                at);
    }

    /**
     * The grant that stands for everybody who is asked.
     *
     * @param broken index of the entry that says so
     */
    static Entry granted(Approval approval, Approver by, long broken, String reason, Instant at) {
        Entry granted = ApprovalEntries.granted(
                approval, by, new Entitlement(voices(approval.escalation())), reason, true, true, Optional.empty(), at);
        JsonObject.Builder body = JsonObject.builder();
        granted.body().members().forEach(body::put);
        // Whoever has approved already may still do this: what is missing are the others.
        return ApprovalEntries.entry(
                granted.kind(),
                approval,
                List.of(ApprovalEntries.endedKey(approval.call())),
                body.put(BROKE, broken).build(),
                Optional.of(reason),
                at);
    }

    private static List<Voice> voices(Escalation escalation) {
        return escalation.asks().stream()
                .map(ask -> new Voice(
                        ask,
                        ask.requirement().group(),
                        Set.of(),
                        Optional.empty(),
                        ask.requirement().approvals()))
                .toList();
    }

    /** The review that this entry opens; empty if it opens none. */
    static Optional<Review> openedBy(Recorded recorded) {
        Entry entry = recorded.entry();
        if (!entry.kind().equals(ApprovalKinds.BROKEN)) {
            return Optional.empty();
        }
        return Optional.of(new Review(
                recorded.index(),
                CallId.parse(entry.column(Column.CALL).orElseThrow()),
                entry.column(Column.AGENT).orElseThrow(),
                entry.column(Column.SUBJECT).orElseThrow(),
                entry.column(Column.TOOL).orElseThrow(),
                entry.body().text("actor").orElseThrow(),
                entry.body().text("person"),
                entry.body().array(GROUPS).map(JsonArray::texts).orElse(List.of()),
                ApprovalEntries.reason(entry),
                entry.subjectKey(),
                entry.at(),
                Instant.parse(entry.body().text(REVIEW_BY).orElseThrow())));
    }
}
