package dev.writ.connect.mcp;

import dev.writ.connect.Connector;
import dev.writ.connect.testkit.Behaviour;
import dev.writ.connect.testkit.Bench;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.ToolName;

/** The connector before a {@link TestProgram}. */
final class ProgramBench implements Bench {

    private final TestProgram program = new TestProgram();
    private final OpenMcp open = new OpenMcp(program.settings().build(), TestProgram.listing());

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
        return JsonObject.builder().put("customer", "c1").build();
    }

    @Override
    public String credential() {
        return OpenMcp.CREDENTIAL;
    }

    @Override
    public void behave(Behaviour behaviour) {
        program.write(
                "echo.json",
                JsonObject.builder()
                        .put("plain", "the key is " + credential())
                        .put("json", new JsonString(credential()).toJson())
                        .build()
                        .toJson());
        program.behaves(
                switch (behaviour) {
                    case ACCEPT -> "answer '{\"content\":[]}'";
                    case REFUSE -> "answer '{\"content\":[],\"isError\":true}'";
                    case ACCEPT_AND_ECHO -> "echo \"$TOKEN\" >&2; echo \"$TOKEN\"; answer \"$(cat echo.json)\"";
                    case REFUSE_AND_ECHO ->
                        "printf '{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":1,\"data\":%s}}\\n' \"$id\" \"$(cat echo.json)\"";
                    case STAY_SILENT -> ":";
                    case BREAK_OFF -> "exit 1";
                });
    }

    @Override
    public int requests() {
        return program.lines("calls").size();
    }

    @Override
    public void close() {
        open.close();
        program.close();
    }
}
