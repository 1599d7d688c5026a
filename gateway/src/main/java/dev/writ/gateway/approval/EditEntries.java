package dev.writ.gateway.approval;

import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.gateway.identity.Approver;
import dev.writ.model.CallId;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The entries of what approvers change. One that changes the call is its editor's approval as well. */
final class EditEntries {

    private static final String EDIT = "edit";
    private static final String ARGUMENTS = "arguments";
    private static final String CHANGES = "changes";
    private static final String ASKS = "asks";

    private EditEntries() {}

    /**
     * Somebody changes the call, and approves it so.
     *
     * @param entitled as whom, of what is asked from now on
     * @param escalation as it is from now on
     * @param complete whether nothing more is needed, so that this ends the approval
     */
    static Entry edited(
            Approval approval,
            Approver by,
            Entitlement entitled,
            Judged judged,
            Escalation escalation,
            Revision view,
            String reason,
            boolean complete,
            Instant at) {
        JsonObject.Builder body = JsonObject.builder();
        ApprovalEntries.grantedBody(approval, by, entitled, true, complete, at)
                .build()
                .members()
                .forEach(body::put);
        body.put("number", approval.attempts())
                .put(Revision.VIEW_MAC, view.mac())
                .put(ASKS, ApprovalEntries.asks(escalation.asks()))
                .put("decision", judged.decision());
        List<String> keys = new ArrayList<>(List.of(key(approval)));
        if (complete) {
            keys.add(ApprovalEntries.endedKey(approval.call()));
        }
        List<Input> inputs = new ArrayList<>(inputs(judged, reason));
        inputs.add(view.input());
        return ApprovalEntries.entry(ApprovalKinds.EDITED, approval, keys, body.build(), inputs, at);
    }

    /** Somebody wanted to change the call to one that rules deny. */
    static Entry refused(Approval approval, Approver by, Judged judged, String reason, Instant at) {
        return ApprovalEntries.entry(
                ApprovalKinds.EDIT_REFUSED,
                approval,
                List.of(key(approval)),
                JsonObject.builder()
                        .put("assurance", by.principal().assurance())
                        .put("number", approval.attempts())
                        .put("view", approval.viewDigest())
                        .put("decision", judged.decision())
                        .build(),
                inputs(judged, reason),
                at);
    }

    private static String key(Approval approval) {
        return "edit/" + approval.call() + "/" + approval.attempts();
    }

    private static List<Input> inputs(Judged judged, String reason) {
        return List.of(
                new Input(ApprovalEntries.REASON, new JsonString(reason), true),
                new Input(
                        EDIT,
                        JsonObject.builder()
                                .put(ARGUMENTS, judged.arguments())
                                .put(CHANGES, judged.changes())
                                .build(),
                        false));
    }

    static boolean isAttempt(Entry entry) {
        return entry.kind().equals(ApprovalKinds.EDITED) || entry.kind().equals(ApprovalKinds.EDIT_REFUSED);
    }

    /** What rules said to what somebody wanted; empty unless they denied it. */
    static Optional<JsonObject> refusal(Entry entry) {
        return entry.kind().equals(ApprovalKinds.EDIT_REFUSED) ? entry.body().object("decision") : Optional.empty();
    }

    /** How this entry changes the call; empty if it does not. */
    static Optional<Edited> editedBy(Recorded recorded) {
        Entry entry = recorded.entry();
        if (!entry.kind().equals(ApprovalKinds.EDITED)) {
            return Optional.empty();
        }
        Optional<JsonObject> edit =
                entry.input(EDIT).filter(JsonObject.class::isInstance).map(JsonObject.class::cast);
        return Optional.of(new Edited(
                recorded.index(),
                entry.body().text("actor").orElseThrow(),
                edit.flatMap(input -> input.object(ARGUMENTS)),
                entry.body()
                        .object("decision")
                        .flatMap(decision -> decision.text("argumentsMac"))
                        .orElseThrow(),
                edit.flatMap(input -> input.array(CHANGES)).orElseGet(() -> new JsonArray(List.of())),
                entry.at()));
    }

    /** What is asked of people from this entry on; empty if it does not change that. */
    static Optional<List<Ask>> asks(Entry entry) {
        return entry.kind().equals(ApprovalKinds.EDITED)
                ? Optional.of(ApprovalEntries.asks(entry.body()))
                : Optional.empty();
    }

    /**
     * The approval's row once it was changed.
     *
     * @param groups all that are asked by then
     */
    static RowChange row(CallId call, Set<String> groups, Instant expiresAt) {
        return new RowChange(
                "UPDATE writ.approval SET entry_index = $1, entry_hash = $2, groups = $4::text[],"
                        + " expires_at = $5::text::timestamptz WHERE call = $3",
                List.of(call.toString(), groups.stream().sorted().toArray(String[]::new), expiresAt.toString()));
    }

    /** What approvers see once it was changed. */
    static JsonObject view(JsonObject view, Approver by, Judged judged, List<Ask> asks, String reason, Instant at) {
        List<JsonValue> edits =
                new ArrayList<>(view.array("edits").map(JsonArray::items).orElse(List.of()));
        edits.add(JsonObject.builder()
                .put("by", by.name())
                .put("at", at.toString())
                .put("reason", reason)
                .put(CHANGES, judged.changes())
                .build());
        List<JsonValue> before = view.array(ASKS).map(JsonArray::items).orElse(List.of());
        return Revision.with(
                Revision.with(
                        Revision.with(view, ARGUMENTS, judged.sent()),
                        ASKS,
                        new JsonArray(asks.stream()
                                .<JsonValue>map(ask -> ApprovalEntries.shown(ask, before))
                                .toList())),
                "edits",
                new JsonArray(edits));
    }
}
