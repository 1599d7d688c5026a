package dev.writ.connect.testkit;

import dev.writ.connect.Connector;
import dev.writ.connect.Permit;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.ToolResult.Traffic;
import dev.writ.model.Digest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A {@link RecordingConnector}, perhaps made worse, with a script in place of a service. */
final class RecordingBench implements Bench {

    private static final ToolName TOOL = ToolName.parse("fake.note");

    private final RecordingConnector recording = new RecordingConnector(
            "fake",
            List.of(new ToolDefinition(
                    TOOL,
                    "fake",
                    "Writes a note",
                    JsonObject.builder()
                            .put("type", "object")
                            .put(
                                    "properties",
                                    JsonObject.builder()
                                            .put("text", JsonObject.empty())
                                            .build())
                            .put("required", JsonArray.ofTexts(List.of("text")))
                            .put("additionalProperties", false)
                            .build(),
                    false)),
            InstantSource.system());
    private final Connector connector;

    RecordingBench() {
        this(recording -> recording);
    }

    RecordingBench(UnaryOperator<Connector> change) {
        connector = change.apply(recording);
    }

    @Override
    public Connector connector() {
        return connector;
    }

    @Override
    public ToolName tool() {
        return TOOL;
    }

    @Override
    public JsonObject arguments() {
        return JsonObject.builder().put("text", "hello").build();
    }

    @Override
    public String credential() {
        return "canary-credential-0815";
    }

    @Override
    public void behave(Behaviour behaviour) {
        recording.answer(permit -> answer(behaviour, permit));
    }

    private static Uni<ToolResult> answer(Behaviour behaviour, Permit permit) {
        Traffic traffic = new Traffic(Optional.of(Digest.of(permit.arguments())), Optional.empty(), Optional.empty());
        return switch (behaviour) {
            case ACCEPT, ACCEPT_AND_ECHO -> Uni.createFrom().item(new Succeeded(permit.arguments(), traffic));
            case REFUSE, REFUSE_AND_ECHO ->
                Uni.createFrom().item(new Failed("the tool refused", Optional.empty(), traffic));
            case STAY_SILENT -> Uni.createFrom().nothing();
            case BREAK_OFF -> Uni.createFrom().failure(new IOException("connection reset"));
        };
    }

    @Override
    public int requests() {
        return recording.permits().size();
    }

    @Override
    public void close() {
        connector.close();
    }
}
