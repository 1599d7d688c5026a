package dev.writ.connect.mcp;

import dev.writ.connect.Dialogue;
import dev.writ.connect.Permit;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What passes between caller and server during one call, as far as the operator allows it. */
final class Talk {

    /** What a server tells beyond that is dropped. */
    private static final int MOST_NOTIFICATIONS = 1000;

    /** Nobody but Writ says anything under these names. */
    private static final String OURS = "dev.writ/";

    private static final int MOST_QUESTIONS = 50;
    private static final int NOT_ANSWERED = -32603;

    private final Relay relay;
    private final Dialogue dialogue;
    private final UnaryOperator<JsonValue> scrub;
    private int told;
    private int asked;
    private boolean over;

    /** @param scrub takes secrets out of what the server says */
    Talk(Relay relay, Dialogue dialogue, UnaryOperator<JsonValue> scrub) {
        this.relay = relay;
        this.dialogue = dialogue;
        this.scrub = scrub;
    }

    /** What the server may know that the caller can. */
    static JsonObject capabilities(Relay relay, Dialogue dialogue) {
        Map<String, JsonValue> all =
                new LinkedHashMap<>(relay.among(dialogue.capabilities()).members());
        // Writ waits for tasks by itself.
        all.put(
                "extensions",
                JsonObject.builder()
                        .put(TaskPolling.EXTENSION, JsonObject.empty())
                        .build());
        return new JsonObject(all);
    }

    /**
     * Those parameters with all that goes along.
     *
     * @param token that shows the server that the call was permitted
     */
    JsonObject params(JsonObject params, Permit permit, Optional<String> token, JsonValue id, boolean modern) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        if (modern && relay.allowsAsking()) {
            members.putAll(dialogue.extra().members());
        }
        members.put(
                "_meta", dialogue.extra().object("_meta").map(Talk::withoutOurs).orElse(JsonObject.empty()));
        members.putAll(params.members());
        JsonObject.Builder meta =
                JsonObject.builder().put(OURS + "call", permit.call().toString());
        token.ifPresent(proof -> meta.put(OURS + "permit", proof));
        if (dialogue.isListening()) {
            meta.put("progressToken", id);
            if (modern && relay.logging()) {
                meta.put(Protocol.META + "logLevel", "debug");
            }
        }
        return Protocol.withMeta(new JsonObject(members), meta.build());
    }

    /**
     * Tells the caller, if that is wanted and allowed.
     *
     * @return whether it was about this call
     */
    boolean tell(Message.Notification notification, JsonValue token) {
        if (notification.method().equals("notifications/progress")) {
            if (notification.params().get("progressToken").equals(Optional.of(token))) {
                relay(notification.method(), without(notification.params(), "progressToken"));
            }
            return true;
        }
        if (notification.method().equals("notifications/message")) {
            if (relay.logging()) {
                relay(notification.method(), notification.params());
            }
            return true;
        }
        return false;
    }

    private void relay(String method, JsonObject params) {
        if (!over && dialogue.isListening() && told < MOST_NOTIFICATIONS) {
            told++;
            dialogue.tell(method, (JsonObject) scrub.apply(params));
        }
    }

    private static JsonObject withoutOurs(JsonObject meta) {
        Map<String, JsonValue> members = new LinkedHashMap<>(meta.members());
        members.keySet().removeIf(name -> name.startsWith(OURS));
        return new JsonObject(members);
    }

    private static JsonObject without(JsonObject params, String member) {
        Map<String, JsonValue> members = new LinkedHashMap<>(params.members());
        members.remove(member);
        return new JsonObject(members);
    }

    /** A question of the server (revisions before 2026-07-28). */
    void ask(Message.Request question, Session open) {
        if (over || !relay.allowsAsking(question.method()) || asked >= MOST_QUESTIONS) {
            open.refuse(question);
            return;
        }
        if (!dialogue.mayAsk()) {
            open.answer(Message.failure(question.id(), NOT_ANSWERED, "questions are not relayed during this call"));
            return;
        }
        asked++;
        Context context = Vertx.currentContext();
        JsonObject params = (JsonObject) scrub.apply(question.params());
        var unused = dialogue.ask(question.method(), params)
                .subscribe()
                .with(
                        said -> context.runOnContext(now -> open.answer(Message.result(question.id(), said))),
                        unanswered -> context.runOnContext(now -> open.answer(
                                Message.failure(question.id(), NOT_ANSWERED, "the caller did not answer"))));
    }

    void pause() {
        if (!over) {
            dialogue.pause();
        }
    }

    void end() {
        over = true;
    }
}
