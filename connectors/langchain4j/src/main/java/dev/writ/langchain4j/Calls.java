package dev.writ.langchain4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.invocation.InvocationContext;
import dev.langchain4j.invocation.InvocationParameters;
import dev.langchain4j.service.tool.ToolExecutionResult;
import dev.langchain4j.service.tool.ToolExecutor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Submits calls and follows them to their end, or as long as it may. */
final class Calls {

    private static final String PATH = "/v1/tool-calls";
    private static final Duration POLL = Duration.ofSeconds(30);
    private static final Duration SHORTEST_POLL = Duration.ofMillis(500);
    private static final Pattern CALL_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Gateway gateway;
    private final CallKeys keys;
    private final Duration answerWithin;
    private final Duration approvalWithin;

    /**
     * @param answerWithin how long to ask for the outcome of a call that runs
     * @param approvalWithin how long to ask for the outcome of a call that waits for people
     */
    Calls(Gateway gateway, CallKeys keys, Duration answerWithin, Duration approvalWithin) {
        this.gateway = gateway;
        this.keys = keys;
        this.answerWithin = answerWithin;
        this.approvalWithin = approvalWithin;
    }

    ToolExecutor executor(String tool) {
        return new Executor((request, context) -> submit(tool, request, context));
    }

    ToolExecutor statusExecutor() {
        return new Executor((request, context) -> status(request));
    }

    ToolExecutor answerExecutor() {
        return new Executor((request, context) -> answer(request));
    }

    /** What an executor does, with LangChain4j's two ways to call it. */
    private record Executor(Execution execution) implements ToolExecutor {

        @Override
        public String execute(ToolExecutionRequest request, @Nullable Object memoryId) {
            InvocationContext context = memoryId == null
                    ? null
                    : InvocationContext.builder().chatMemoryId(memoryId).build();
            ToolExecutionResult result = execution.of(request, context);
            return result.resultContents().stream()
                    .map(content -> content instanceof TextContent text ? text.text() : "[" + content.type() + "]")
                    .collect(Collectors.joining("\n"));
        }

        @Override
        public ToolExecutionResult executeWithContext(
                ToolExecutionRequest request, @Nullable InvocationContext context) {
            return execution.of(request, context);
        }
    }

    private interface Execution {
        ToolExecutionResult of(ToolExecutionRequest request, @Nullable InvocationContext context);
    }

    private ToolExecutionResult submit(String tool, ToolExecutionRequest request, @Nullable InvocationContext context) {
        Optional<ObjectNode> arguments = arguments(request);
        if (arguments.isEmpty()) {
            return Telling.notJson();
        }
        ObjectNode submission = JsonNodeFactory.instance.objectNode();
        submission.put("key", keys.keyOf(request, context));
        submission.put("tool", tool);
        submission.set("arguments", arguments.get());
        parameter(context, WritToolProvider.SESSION).ifPresent(session -> submission.put("session", session));
        parameter(context, WritToolProvider.PURPOSE).ifPresent(purpose -> submission.put("purpose", purpose));
        parameter(context, WritToolProvider.ON_BEHALF_OF).ifPresent(person -> submission.put("onBehalfOf", person));
        return Telling.of(followed(gateway.post(PATH, Json.text(submission))));
    }

    private ToolExecutionResult status(ToolExecutionRequest request) {
        return call(request)
                .map(id -> Telling.asked(followed(gateway.get(PATH + "/" + id))))
                .orElseGet(Telling::notACall);
    }

    /** What the gateway says of the words of the answer is for the model to act on. */
    private ToolExecutionResult answer(ToolExecutionRequest request) {
        ObjectNode answering = JsonNodeFactory.instance.objectNode();
        arguments(request)
                .map(arguments -> arguments.path("answer"))
                .filter(JsonNode::isTextual)
                .ifPresent(answer -> answering.set("answer", answer));
        return call(request)
                .map(id -> Telling.asked(followed(gateway.post(PATH + "/" + id + "/answer", Json.text(answering)))))
                .orElseGet(Telling::notACall);
    }

    private static Optional<String> call(ToolExecutionRequest request) {
        return arguments(request)
                .map(arguments -> arguments.path("callId").asText())
                .filter(id -> CALL_ID.matcher(id).matches());
    }

    /** The newest that is known of a call when it has ended, when somebody asks about it, or when the time to ask is over. */
    private Answer followed(Answer first) {
        Answer newest = first;
        long start = System.nanoTime();
        while (Telling.isOpen(newest) && !Thread.currentThread().isInterrupted()) {
            Outcome outcome = outcome(newest);
            Duration left = (outcome.status().equals("pending") ? answerWithin : approvalWithin)
                    .minusNanos(System.nanoTime() - start);
            if (left.isNegative()
                    || left.isZero()
                    || outcome.callId().isEmpty()
                    || outcome.question().isPresent()) {
                return newest;
            }
            Duration wait = left.compareTo(POLL) < 0 ? left : POLL;
            long asked = System.nanoTime();
            Answer next = gateway.get(
                    PATH + "/" + outcome.callId().get() + "?wait=" + Math.max(1, wait.toSeconds()) + "s", wait);
            if (!(next instanceof Answer.Received received)
                    || !Outcome.of(received.body()).isOfCall()) {
                // It waits, as far as is known, and asking for it later is what to do either way.
                return newest;
            }
            newest = next;
            pauseUnlessAsked(asked);
        }
        return newest;
    }

    /** A gateway that was told not to let clients wait answers at once. */
    private static void pauseUnlessAsked(long since) {
        long left = SHORTEST_POLL.toNanos() - (System.nanoTime() - since);
        try {
            TimeUnit.NANOSECONDS.sleep(Math.max(0, left));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static Outcome outcome(Answer answer) {
        return answer.fold(
                received -> Outcome.of(received.body()),
                notSent -> Outcome.of(JsonNodeFactory.instance.missingNode()),
                lost -> Outcome.of(JsonNodeFactory.instance.missingNode()));
    }

    private static Optional<ObjectNode> arguments(ToolExecutionRequest request) {
        String text = request.arguments();
        if (text == null || text.isBlank()) {
            return Optional.of(JsonNodeFactory.instance.objectNode());
        }
        try {
            JsonNode parsed = Json.parse(text);
            return parsed instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }

    private static Optional<String> parameter(@Nullable InvocationContext context, String name) {
        InvocationParameters parameters = context == null ? null : context.invocationParameters();
        Object value = parameters == null ? null : parameters.asMap().get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw new WritException("The invocation parameter '" + name + "' is a text.");
    }
}
