package dev.writ.connect.mcp;

import dev.writ.connect.Connector;
import dev.writ.connect.testkit.Behaviour;
import dev.writ.connect.testkit.Bench;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.ToolName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The connector before a {@link TestServer}. */
final class McpBench implements Bench {

    private final TestServer server;
    private final OpenMcp open;

    McpBench(TestServer.Era era) {
        server = new TestServer(era, TestServer.tool("createRefund", ""));
        open = OpenMcp.to(server);
    }

    @Override
    public Connector connector() {
        return open.connector;
    }

    @Override
    public ToolName tool() {
        return ToolName.parse("files.create_refund");
    }

    @Override
    public JsonObject arguments() {
        return JsonObject.builder().put("customer", "c1").put("amount", 18).build();
    }

    @Override
    public String credential() {
        return OpenMcp.CREDENTIAL;
    }

    @Override
    public void behave(Behaviour behaviour) {
        switch (behaviour) {
            case ACCEPT -> server.reacts((request, answering) -> answering.result(TestServer.text("done")));
            case REFUSE ->
                server.reacts((request, answering) -> answering.result(
                        "{\"isError\":true,\"content\":[{\"type\":\"text\",\"text\":\"unknown charge\"}]}"));
            case ACCEPT_AND_ECHO ->
                server.reacts((request, answering) -> {
                    answering.event(
                            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":" + echo() + "}");
                    answering.resultEvent(echo());
                });
            case REFUSE_AND_ECHO ->
                server.reacts((request, answering) -> answering.status(
                        400,
                        "{\"jsonrpc\":\"2.0\",\"id\":" + request.id().toJson()
                                + ",\"error\":{\"code\":-32602,\"message\":"
                                + new JsonString("no " + credential()).toJson() + ",\"data\":" + echo() + "}}"));
            case STAY_SILENT -> server.reacts((request, answering) -> answering.staysSilent());
            case BREAK_OFF -> server.reacts((request, answering) -> {});
        }
    }

    private String echo() {
        String secret = credential();
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        return JsonObject.builder()
                .put(secret, "a name")
                .put("plain", "the key is " + secret + ".")
                .put(
                        "structuredContent",
                        JsonObject.builder().put("key", secret).build())
                .put("base64", Base64.getEncoder().encodeToString(bytes))
                .put("url", URLEncoder.encode(secret, StandardCharsets.UTF_8))
                .put("json", new JsonString("{\"key\":" + new JsonString(secret).toJson() + "}"))
                .build()
                .toJson();
    }

    @Override
    public int requests() {
        return server.requests("tools/call").size();
    }

    @Override
    public void close() {
        open.close();
        server.close();
    }
}
