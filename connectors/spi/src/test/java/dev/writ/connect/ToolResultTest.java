package dev.writ.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.ToolResult.Traffic;
import dev.writ.model.JsonString;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ToolResultTest {

    private static final Traffic TRAFFIC =
            new Traffic(Optional.empty(), Optional.empty(), Optional.of("/customers/alice"));

    private static final List<ToolResult> RESULTS = List.of(
            new Succeeded(new JsonString("alice"), TRAFFIC),
            new Failed("alice is unknown", Optional.of(new JsonString("alice")), TRAFFIC),
            new OutcomeUnknown("no answer came", TRAFFIC));

    @Test
    void isFoldedByItsKind() {
        assertThat(RESULTS)
                .extracting(result -> result.<String>fold(succeeded -> "s", failed -> "f", unknown -> "u"))
                .containsExactly("s", "f", "u");
    }

    @Test
    void isPrintedWithoutWhatTheToolSaid() {
        assertThat(RESULTS).allSatisfy(result -> assertThat(result.toString()).doesNotContain("alice"));
    }
}
