package dev.writ.gateway.console;

import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Ask;
import dev.writ.gateway.approval.Inbox;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What the page of an approval shows of it.
 *
 * @param isSeen whether its arguments were opened
 * @param groups as whose member the visitor may answer
 */
record ApprovalView(
        Approval approval,
        List<Inbox.Granted> granted,
        List<CallContext.Argument> origins,
        List<CallContext.Step> session,
        List<Approval> alike,
        boolean isSeen,
        Set<String> groups,
        Instant now) {

    /** One line of what is asked. */
    record Asked(String rule, String reason, String group, int needed, int granted, Instant expiresAt) {}

    public String id() {
        return approval.call().toString();
    }

    public String state() {
        return approval.state().text();
    }

    public boolean isOpen() {
        return approval.isOpenAt(now);
    }

    /** Whether the visitor is of a group that is asked. Whether they have a stake in it, the answer is told. */
    public boolean isAsked() {
        return approval.escalation().asks().stream()
                .anyMatch(ask -> groups.contains(ask.requirement().group()));
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
                ask.requirement().approvals(),
                approval.granted(ask),
                ask.expiresAt());
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
