package dev.writ.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PermitTest {

    private static final Instant DEADLINE = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instant BEFORE = DEADLINE.minusNanos(1);

    private static final ToolDefinition TOOL = tool("billing.refund", "Refunds a charge", false);
    private static final JsonObject ARGUMENTS =
            JsonObject.builder().put("amount", 18).put("card", "4242").build();

    private static ToolDefinition tool(String name, String description, boolean idempotent) {
        return new ToolDefinition(ToolName.parse(name), "billing", description, JsonObject.empty(), idempotent);
    }

    private static Permit permit(JsonObject arguments, Digest argumentsDigest) {
        return new Permit(
                CallId.mint(BEFORE, new Random(1)),
                7,
                TOOL.name(),
                arguments,
                argumentsDigest,
                TOOL.digest(),
                "idempotency-key",
                DEADLINE);
    }

    private static final Permit PERMIT = permit(ARGUMENTS, Digest.of(ARGUMENTS));

    @Test
    void coversTheCallItWasMadeFor() {
        assertThat(PERMIT.refusal(TOOL, BEFORE)).isEmpty();
    }

    @Test
    void coversTheSameArgumentsInAnotherOrder() {
        JsonObject reordered =
                JsonObject.builder().put("card", "4242").put("amount", 18).build();
        assertThat(permit(reordered, Digest.of(ARGUMENTS)).refusal(TOOL, BEFORE))
                .isEmpty();
    }

    @Test
    void expiresAtItsDeadline() {
        assertThat(PERMIT.isExpiredAt(BEFORE)).isFalse();
        assertThat(PERMIT.isExpiredAt(DEADLINE)).isTrue();
        assertThat(PERMIT.refusal(TOOL, DEADLINE)).contains("the permit has expired");
    }

    @Test
    void doesNotCoverOtherArguments() {
        JsonObject more =
                JsonObject.builder().put("amount", 1_800).put("card", "4242").build();
        assertThat(permit(more, Digest.of(ARGUMENTS)).refusal(TOOL, BEFORE))
                .contains("the arguments are not the ones that were allowed");
    }

    @Test
    void doesNotCoverAnotherTool() {
        assertThat(PERMIT.refusal(tool("billing.export", "Refunds a charge", false), BEFORE))
                .contains("the permit is for another tool definition");
    }

    @Test
    void doesNotCoverAChangedDefinition() {
        assertThat(PERMIT.refusal(tool("billing.refund", "Refunds anything", false), BEFORE))
                .contains("the permit is for another tool definition");
        assertThat(PERMIT.refusal(tool("billing.refund", "Refunds a charge", true), BEFORE))
                .contains("the permit is for another tool definition");
    }

    @Test
    void isPrintedWithoutArgumentsAndKey() {
        assertThat(PERMIT.toString()).contains("billing.refund").doesNotContain("4242", "idempotency-key");
    }
}
