package dev.writ.gateway.console;

import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Ask;
import dev.writ.gateway.approval.Clarification;
import dev.writ.gateway.approval.Inbox;
import dev.writ.gateway.envelope.EnvelopeJson;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.Rung;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the page of an approval shows of it. */
record ApprovalView(
        Approval approval,
        List<Inbox.Granted> granted,
        List<CallContext.Argument> origins,
        List<CallContext.Step> session,
        List<Approval> alike,
        List<EnvelopeJson> envelopes,
        Visit visit,
        ApprovalDetail.Told told,
        Instant now) {

    /**
     * What the visitor may do here.
     *
     * @param isSeen whether they have opened the arguments
     * @param isAsked whether they are an approver who is asked
     * @param hasViewed whether the log says that they have looked at what is to be approved now
     * @param mayBreakGlass whether they may let it go on without those who are asked
     * @param isSigned whether a rule asks for signatures
     * @param canSign whether they have a passkey for that
     * @param hasSummary whether there is a model that writes summaries
     */
    record Visit(
            boolean isSeen,
            boolean isAsked,
            boolean hasViewed,
            boolean mayBreakGlass,
            boolean isSigned,
            boolean canSign,
            boolean hasSummary) {}

    /** One line of what is asked. */
    record Asked(
            String rule,
            String reason,
            String group,
            List<Later> ladder,
            boolean isSigned,
            int needed,
            int granted,
            Instant expiresAt) {}

    /** A group that is asked besides as time passes. */
    record Later(String group, Instant from, boolean isAsked) {}

    /** How an approver changed the call. */
    record Edit(String by, String at, String reason, List<Change> changes) {}

    /** What was changed; without one of the two it was added or taken away. */
    record Change(String path, Optional<JsonValue> from, Optional<JsonValue> to) {}

    public String id() {
        return approval.call().toString();
    }

    public String state() {
        return approval.state().text();
    }

    public boolean isOpen() {
        return approval.isOpenAt(now);
    }

    /** Whether the visitor is shown forms to answer with. */
    public boolean mayAnswer() {
        return isOpen() && visit.isAsked() && visit.hasViewed();
    }

    /** Whether a rule lets an answer of the visitor reach beyond the call. */
    public boolean mayProposeEnvelope() {
        return mayAnswer()
                && !visit.isSigned()
                && !EnvelopeForm.limits(approval).isEmpty();
    }

    public boolean mayBreakGlass() {
        return isOpen() && visit.isSeen() && visit.mayBreakGlass();
    }

    /** Whether what others did, and what a machine says, may be asked for. */
    public boolean mayBeHelped() {
        return visit.isAsked() && visit.hasViewed() && !isErased();
    }

    public boolean isSeen() {
        return visit.isSeen();
    }

    public boolean isRevised() {
        return approval.isRevised();
    }

    public boolean isEdited() {
        return approval.edited().isPresent();
    }

    public boolean isWaitingForAgent() {
        return approval.question().isPresent();
    }

    public List<Clarification> clarifications() {
        return approval.clarifications();
    }

    /** What is in the field for the arguments: as typed before, else as they are. */
    public String typedArguments() {
        return told.arguments().isEmpty() ? TypedJson.of(arguments()) : told.arguments();
    }

    /** Changes by approvers, oldest first, as everybody who approves sees them. */
    public List<Edit> edits() {
        return objects(seen(), "edits").stream()
                .map(edit -> new Edit(
                        edit.text("by").orElse(""),
                        edit.text("at").orElse(""),
                        edit.text("reason").orElse(""),
                        objects(edit, "changes").stream()
                                .map(change -> new Change(
                                        change.text("path").orElse(""), change.get("from"), change.get("to")))
                                .toList()))
                .toList();
    }

    private static List<JsonObject> objects(JsonObject object, String member) {
        return object.array(member).map(JsonArray::items).orElse(List.of()).stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .toList();
    }

    /** As people read it. */
    public String length(Duration duration) {
        return Frame.length(duration);
    }

    public String agent() {
        return approval.escalation().agent();
    }

    public String tool() {
        return approval.escalation().tool().value();
    }

    public Instant openedAt() {
        return approval.escalation().openedAt();
    }

    public Instant expiresAt() {
        return approval.escalation().expiresAt();
    }

    public String timeLeft() {
        Duration left = Duration.between(now, expiresAt());
        return left.isNegative() ? "none" : Frame.length(left);
    }

    public String sessionId() {
        return approval.escalation().session();
    }

    public String digest() {
        return approval.viewDigest();
    }

    public List<Asked> asks() {
        return approval.escalation().asks().stream().map(this::asked).toList();
    }

    private Asked asked(Ask ask) {
        return new Asked(
                ask.rule(),
                ask.reason(),
                ask.requirement().group(),
                ask.requirement().ladder().stream().map(this::later).toList(),
                ask.requirement().signed(),
                ask.requirement().approvals(),
                approval.granted(ask),
                ask.expiresAt());
    }

    private Later later(Rung rung) {
        Instant from = openedAt().plus(rung.after());
        return new Later(rung.group(), from, !now.isBefore(from));
    }

    public boolean isErased() {
        return seen().members().isEmpty();
    }

    public JsonValue arguments() {
        return seen().get("arguments").orElse(JsonObject.empty());
    }

    /** The whole of what the approval is of, byte by byte, for whoever compares it. */
    public JsonValue whole() {
        return seen();
    }

    public JsonValue effects() {
        return seen().get("effects").orElse(JsonObject.empty());
    }

    public String risk() {
        return seen().object("effects").flatMap(effects -> effects.text("risk")).orElse("");
    }

    public String description() {
        return text("description");
    }

    public String onBehalfOf() {
        return text("onBehalfOf");
    }

    public String purpose() {
        return text("purpose");
    }

    public List<String> actorChain() {
        return seen().array("actorChain").map(JsonArray::items).orElse(List.of()).stream()
                .filter(JsonString.class::isInstance)
                .map(text -> ((JsonString) text).value())
                .toList();
    }

    public boolean isEnded() {
        return approval.ending().isPresent();
    }

    public String endedBy() {
        return approval.ending().map(ending -> ending.by()).orElse("");
    }

    public String endedReason() {
        return approval.ending().flatMap(ending -> ending.reason()).orElse("");
    }

    public Instant endedAt() {
        return approval.ending().map(ending -> ending.at()).orElse(now);
    }

    private String text(String member) {
        return seen().text(member).orElse("");
    }

    private JsonObject seen() {
        return approval.escalation().view();
    }
}
