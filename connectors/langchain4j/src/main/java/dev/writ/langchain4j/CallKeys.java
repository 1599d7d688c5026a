package dev.writ.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.invocation.InvocationContext;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Names a call towards Writ, which carries out one call for one key, however often it is submitted.
 *
 * <p>A key MUST differ between calls that are both to happen, and SHOULD be the same when one execution is tried again. Writ refuses a
 * key that is used again with other arguments.
 */
@FunctionalInterface
public interface CallKeys {

    /**
     * The key of one execution.
     *
     * @param context absent where an executor is called without one
     * @return 1 to 200 characters
     */
    String keyOf(ToolExecutionRequest request, @Nullable InvocationContext context);

    /**
     * The same execution within one invocation of the agent is the same call. What LangChain4j gives no id, or nothing to tell its
     * invocation by, is a call of its own each time. This is the default: it needs no trust in how a model provider numbers its calls.
     */
    static CallKeys ofInvocation() {
        return (request, context) -> {
            String id = request.id();
            return context == null || context.invocationId() == null || id == null || id.isBlank()
                    ? minted()
                    : digest("invocation", context.invocationId(), request);
        };
    }

    /**
     * The same execution within one chat memory is the same call, also in another process after a crash. For agents that resume
     * from a stored memory, with a model provider whose tool call ids are unique.
     */
    static CallKeys ofMemory() {
        return (request, context) -> {
            String id = request.id();
            return context == null || context.chatMemoryId() == null || id == null || id.isBlank()
                    ? minted()
                    : digest("memory", context.chatMemoryId(), request);
        };
    }

    private static String minted() {
        return "lc4j-" + UUID.randomUUID();
    }

    private static String digest(String scope, Object id, ToolExecutionRequest request) {
        return "lc4j-"
                + Digests.sha256(
                        scope,
                        id.toString(),
                        request.id(),
                        request.name(),
                        Objects.requireNonNullElse(request.arguments(), ""));
    }
}
