package dev.writ.connect.http;

import dev.writ.connect.Connector;
import dev.writ.connect.http.RecordingServer.Answer;
import dev.writ.connect.http.RecordingServer.Request;
import dev.writ.connect.testkit.Behaviour;
import dev.writ.connect.testkit.Bench;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolName;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The billing connector before a service that speaks JSON-RPC. */
final class RpcBench implements Bench {

    private final RecordingServer server = new RecordingServer();
    private final OpenConnector open = OpenConnector.ofRpc(server.url("/rpc"), settings -> settings);

    RpcBench() {
        behave(Behaviour.ACCEPT);
    }

    /** What answers a request with that member. */
    static Answer answer(Request request, String member, JsonValue value) {
        JsonObject message = (JsonObject) JsonValue.parse(request.body());
        return Answer.json(
                200,
                JsonObject.builder()
                        .put("jsonrpc", "2.0")
                        .put("id", message.get("id").orElseThrow())
                        .put(member, value)
                        .build()
                        .toJson());
    }

    @Override
    public Connector connector() {
        return open.connector;
    }

    @Override
    public ToolName tool() {
        return ToolName.parse("billing.refund_create");
    }

    @Override
    public JsonObject arguments() {
        return JsonObject.builder().put("customer", "c1").put("amount", 18).build();
    }

    @Override
    public String credential() {
        return OpenConnector.CREDENTIAL;
    }

    @Override
    public void behave(Behaviour behaviour) {
        switch (behaviour) {
            case ACCEPT -> server.answersWith(request -> answer(request, "result", new JsonString("r1")));
            case REFUSE -> server.answersWith(request -> answer(request, "error", error("no such charge")));
            case ACCEPT_AND_ECHO -> server.answersWith(request -> answer(request, "result", echo()));
            case REFUSE_AND_ECHO ->
                server.answersWith(request -> answer(request, "error", error("the key is " + credential())));
            case STAY_SILENT -> server.staysSilent();
            case BREAK_OFF -> server.breaksOff();
        }
    }

    private JsonObject error(String message) {
        return JsonObject.builder()
                .put("code", -32001)
                .put("message", message)
                .put("data", echo())
                .build();
    }

    private JsonObject echo() {
        return JsonObject.builder()
                .put(credential(), "a name")
                .put("base64", Base64.getEncoder().encodeToString(credential().getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    @Override
    public int requests() {
        return server.requests().size();
    }

    @Override
    public void close() {
        open.close();
        server.close();
    }
}
