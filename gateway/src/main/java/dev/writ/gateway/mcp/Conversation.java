package dev.writ.gateway.mcp;

import dev.writ.connect.Dialogue;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/** What passes between a client and a tool while its request is open. */
final class Conversation implements Dialogue {

    private static final String PROGRESS = "notifications/progress";
    private static final String LOG = "notifications/message";

    private final Asked asked;
    private final Reply reply;

    Conversation(Asked asked, Reply reply) {
        this.asked = asked;
        this.reply = reply;
    }

    @Override
    public JsonObject capabilities() {
        return asked.capabilities();
    }

    @Override
    public boolean isListening() {
        return reply.takesEvents() && (asked.progressToken().isPresent() || asked.wantsLog());
    }

    @Override
    public void tell(String method, JsonObject params) {
        if (method.equals(PROGRESS)) {
            asked.progressToken().ifPresent(token -> reply.tell(notification(method, with(params, token))));
        } else if (method.equals(LOG) && asked.wantsLog()) {
            reply.tell(notification(method, params));
        }
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
