package dev.writ.samples;

import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.SystemMessage;
import dev.writ.langchain4j.WritToolProvider;
import java.io.IOException;
import java.util.Objects;

/** Answers one customer. Its tools are Writ's: it has no credential of the billing service, and no rule is in its code. */
public final class BillingAgent {

    /** The agent, as LangChain4j makes it. */
    interface Assistant {
        @SystemMessage("""
                You help the customer cus-1001 with billing. Look before you act. When a tool says DENIED, read why and choose another
                way, or tell the customer. When it says PENDING_APPROVAL, tell the customer and do not call it again.""")
        String chat(String message);
    }

    private BillingAgent() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        String url = variable("WRIT_URL");
        Assistant assistant = AiServices.builder(Assistant.class)
                .chatModel(model())
                .chatMemory(MessageWindowChatMemory.withMaxMessages(50))
                .toolProvider(WritToolProvider.builder()
                        .baseUrl(url)
                        .apiKey(() -> variable("WRIT_AGENT_KEY"))
                        .build())
                .beforeToolExecution(before -> System.out.println("  tool:     "
                        + before.request().name() + " " + before.request().arguments()))
                .afterToolExecution(after -> System.out.println("  answer:   " + shortened(after.result())))
                .build();

        say(assistant, "I was charged twice: 18.00 for pay-3001 and 480.00 for pay-3005. I want both back.");
        new Finance(url, variable("WRIT_FINANCE_KEY")).approveEverything();
        say(assistant, "Finance has answered. What became of the 480.00?");
    }

    private static void say(Assistant assistant, String message) {
        System.out.println("customer:   " + message);
        System.out.println("agent:      " + assistant.chat(message));
    }

    /** A real model if {@code OPENAI_MODEL} names one; otherwise a script, so that the sample needs nobody else. */
    private static ChatModel model() {
        String name = System.getenv("OPENAI_MODEL");
        if (name == null) {
            return Script.ofABillingQuestion();
        }
        OpenAiChatModel.OpenAiChatModelBuilder model =
                OpenAiChatModel.builder().modelName(name).apiKey(variable("OPENAI_API_KEY"));
        String url = System.getenv("OPENAI_BASE_URL");
        return url == null ? model.build() : model.baseUrl(url).build();
    }

    private static String shortened(String text) {
        return text.length() <= 300 ? text : text.substring(0, 300) + "…";
    }

    private static String variable(String name) {
        return Objects.requireNonNull(
                System.getenv(name), () -> name + " is not set; docs/samples/with-writ sets what is needed");
    }
}
