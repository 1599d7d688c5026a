package dev.writ.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallKeysTest {

    private static final UUID INVOCATION = UUID.fromString("00000000-0000-4000-8000-000000000001");
    private static final UUID ANOTHER = UUID.fromString("00000000-0000-4000-8000-000000000002");

    private static ToolExecutionRequest request(@Nullable String id, String arguments) {
        return ToolExecutionRequest.builder()
                .id(id)
                .name("billing__refund")
                .arguments(arguments)
                .build();
    }

    private static InvocationContext context(UUID invocation, Object memory) {
        return InvocationContext.builder()
                .invocationId(invocation)
                .chatMemoryId(memory)
                .build();
    }

    @Test
    void isTheSameForTheSameExecutionOfAnInvocation() {
        CallKeys keys = CallKeys.ofInvocation();

        assertThat(keys.keyOf(request("call_1", "{\"a\":1}"), context(INVOCATION, "m")))
                .isEqualTo(keys.keyOf(request("call_1", "{\"a\":1}"), context(INVOCATION, "m")))
                .matches("[a-z0-9-]{1,200}");
    }

    @Test
    void differsByAnythingThatMakesItAnotherCall() {
        CallKeys keys = CallKeys.ofInvocation();

        assertThat(new String[] {
                    keys.keyOf(request("call_1", "{\"a\":1}"), context(INVOCATION, "m")),
                    keys.keyOf(request("call_2", "{\"a\":1}"), context(INVOCATION, "m")),
                    keys.keyOf(request("call_1", "{\"a\":2}"), context(INVOCATION, "m")),
                    keys.keyOf(request("call_1", "{\"a\":1}"), context(ANOTHER, "m"))
                })
                .doesNotHaveDuplicates();
    }

    @Test
    void isMintedWhereNothingTellsOneExecutionFromAnother() {
        CallKeys keys = CallKeys.ofInvocation();

        assertThat(keys.keyOf(request(null, "{}"), context(INVOCATION, "m")))
                .isNotEqualTo(keys.keyOf(request(null, "{}"), context(INVOCATION, "m")));
        assertThat(keys.keyOf(request("call_1", "{}"), null)).isNotEqualTo(keys.keyOf(request("call_1", "{}"), null));
    }

    @Test
    void ofAMemorySurvivesTheProcess() {
        CallKeys keys = CallKeys.ofMemory();

        assertThat(keys.keyOf(request("call_1", "{}"), context(INVOCATION, "m")))
                .isEqualTo(keys.keyOf(request("call_1", "{}"), context(ANOTHER, "m")))
                .isNotEqualTo(keys.keyOf(request("call_1", "{}"), context(ANOTHER, "n")));
    }
}
