package dev.writ.samples;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Plays a model: says its lines in turn, each with the newest answer of a tool before its eyes. */
final class Script implements ChatModel {

    private static final Pattern PENDING = Pattern.compile("PENDING_APPROVAL ([0-9a-f-]+)");

    private static final Pattern TOOL = Pattern.compile("[a-z_]+ \\{");

    /** What is said next: words, or a tool's name, a space and its arguments. */
    private final Queue<UnaryOperator<String>> lines;

    private int requests;
    private String pending = "";

    private Script(List<UnaryOperator<String>> lines) {
        this.lines = new ArrayDeque<>(lines);
    }

    static Script ofABillingQuestion() {
        Script[] script = new Script[1];
        script[0] = new Script(List.of(
                told -> "billing__list_payments {\"customer\":\"cus-1001\"}",
                told -> refund("pay-3001", "18.00"),
                // It was told that this charge is none of the duplicates, and takes the one that is.
                told -> told.startsWith("DENIED") ? refund("pay-3003", "18.00") : "pay-3001 was charged once.",
                told -> refund("pay-3005", "480.00"),
                told -> "The duplicate of 18.00 was pay-3003: it is refunded. The 480.00 wait for our finance team.",
                told -> "writ_call_status {\"callId\":\"" + script[0].pending + "\"}",
                told -> told.contains("ref-")
                        ? "Finance approved it: the 480.00 are refunded."
                        : "It was not refunded: " + told));
        return script[0];
    }

    private static String refund(String payment, String amount) {
        return "billing__refund {\"customer\":\"cus-1001\",\"payment\":\"" + payment
                + "\",\"card\":\"card-7002\",\"amount\":" + amount + ",\"reason\":\"charged twice\"}";
    }

    @Override
    public ChatResponse doChat(ChatRequest request) {
        ChatMessage newest = request.messages().get(request.messages().size() - 1);
        String told = newest instanceof ToolExecutionResultMessage result ? result.text() : "";
        Matcher waiting = PENDING.matcher(told);
        if (waiting.find()) {
            pending = waiting.group(1);
        }
        return ChatResponse.builder()
                .aiMessage(message(lines.remove().apply(told)))
                .build();
    }

    private AiMessage message(String line) {
        if (!TOOL.matcher(line).lookingAt()) {
            return AiMessage.from(line);
        }
        requests++;
        return AiMessage.from(ToolExecutionRequest.builder()
                .id("call-" + requests)
                .name(line.substring(0, line.indexOf(' ')))
                .arguments(line.substring(line.indexOf(' ') + 1))
                .build());
    }
}
