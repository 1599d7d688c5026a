package dev.writ.gateway.mcp;

import dev.writ.connect.Dialogue;
import dev.writ.connect.UnansweredException;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What passes between a client and a tool while its request is open. */
final class Conversation implements Dialogue {

    private static final String PROGRESS = "notifications/progress";
    private static final String LOG = "notifications/message";

    private final Visit visit;
    private final Asks asks;
    private final JsonObject extra;
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();

    /** @param extra what the request brings for the tool's server beside name and arguments */
    Conversation(Visit visit, Asks asks, JsonObject extra) {
        this.visit = visit;
        this.asks = asks;
        this.extra = extra;
    }

    /** The client wants the call to be given up. */
    void cancel() {
        cancelled.complete(null);
    }

    @Override
    public JsonObject capabilities() {
        return visit.asked().capabilities();
    }

    @Override
    public JsonObject extra() {
        return extra;
    }

    @Override
    public boolean isListening() {
        return visit.reply().takesEvents()
                && (visit.asked().progressToken().isPresent() || visit.asked().wantsLog());
    }

    @Override
    public void tell(String method, JsonObject params) {
        if (method.equals(PROGRESS)) {
            visit.asked()
                    .progressToken()
                    .ifPresent(token -> visit.reply().tell(notification(method, with(params, token))));
        } else if (method.equals(LOG) && visit.asked().wantsLog()) {
            visit.reply().tell(notification(method, params));
        }
    }

    /** Since 2026 servers do not ask: what they want to know comes as their answer. */
    @Override
    public Uni<JsonValue> ask(String method, JsonObject params) {
        boolean canAnswer = !visit.asked().revision().isModern()
                && visit.asked().session().isPresent()
                && visit.reply().takesEvents()
                && Capabilities.declaresAnswering(capabilities(), method);
        return canAnswer
                ? asks.ask(visit.reply(), visit.principal(), method, params)
                : Uni.createFrom().failure(new UnansweredException("the caller cannot be asked"));
    }

    /**
     * Asks all that a server of 2026 wants to know, one after the other.
     *
     * @param input its answer, which asks for it
     * @return what it is told when the call goes on
     */
    Uni<JsonObject> answers(JsonObject input) {
        JsonObject requests = input.object("inputRequests").orElseGet(JsonObject::empty);
        Map<String, JsonValue> responses = new LinkedHashMap<>();
        Uni<Void> all = Uni.createFrom().voidItem();
        for (Map.Entry<String, JsonValue> request : requests.members().entrySet()) {
            JsonObject question = request.getValue() instanceof JsonObject object ? object : JsonObject.empty();
            all = all.chain(() -> ask(
                            question.text("method").orElse(""),
                            question.object("params").orElseGet(JsonObject::empty))
                    .invoke(answer -> responses.put(request.getKey(), answer))
                    .replaceWithVoid());
        }
        return all.map(done -> {
            JsonObject.Builder extra = JsonObject.builder().put("inputResponses", new JsonObject(responses));
            input.get("requestState").ifPresent(state -> extra.put("requestState", state));
            return extra.build();
        });
    }

    /** The client comes back for its answer, to any replica. */
    @Override
    public void pause() {
        visit.reply().pause();
    }

    @Override
    public Uni<Void> cancelled() {
        return Uni.createFrom().completionStage(cancelled);
    }

    /** The client's own name for it, of the type that it has. */
    private static JsonObject with(JsonObject params, JsonValue token) {
        Map<String, JsonValue> members = new LinkedHashMap<>(params.members());
        members.put("progressToken", token);
        return new JsonObject(members);
    }

    static JsonObject notification(String method, JsonObject params) {
        return JsonObject.builder()
                .put("jsonrpc", new JsonString("2.0"))
                .put("method", method)
                .put("params", params)
                .build();
    }
}
