package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.invocation.InvocationParameters;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.Result;
import dev.langchain4j.service.UserMessage;
import dev.langchain4j.service.tool.ToolExecution;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.WritTest;
import dev.writ.langchain4j.WritToolProvider;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** An agent of LangChain4j with the tools of a real gateway. The model plays a script; the rest is as in production. */
@WritTest
class LangChain4jTest {

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Client agent = fixture.agent("ann");

    interface Assistant {
        Result<String> chat(@UserMessage String message, InvocationParameters parameters);
    }

    /** Says its lines in turn. A line may look at the newest answer of a tool. */
    private static final class Script implements ChatModel {

        private final Queue<Function<String, AiMessage>> lines;
        private final List<String> offered = new ArrayList<>();

        private Script(List<Function<String, AiMessage>> lines) {
            this.lines = new ArrayDeque<>(lines);
        }

        @Override
        public ChatResponse doChat(ChatRequest request) {
            offered.clear();
            request.toolSpecifications().forEach(tool -> offered.add(tool.name()));
            ChatMessage newest = request.messages().get(request.messages().size() - 1);
            return ChatResponse.builder()
                    .aiMessage(
                            lines.remove().apply(newest instanceof ToolExecutionResultMessage told ? told.text() : ""))
                    .build();
        }
    }

    private static Function<String, AiMessage> pays(String amount) {
        return told -> asks("bank__pay", "{\"to\":\"acme\",\"amount\":" + amount + "}");
    }

    private static AiMessage asks(String tool, String arguments) {
        return AiMessage.from(ToolExecutionRequest.builder()
                .id("call-" + NUMBERS.incrementAndGet())
                .name(tool)
                .arguments(arguments)
                .build());
    }

    /** Of all calls of the agent; one that was approved has been decided twice. */
    private int requestsToTheBank() {
        return fixture.entries("kind=DECIDED&agent=" + agent.name()).stream()
                .map(entry -> entry.column("call"))
                .distinct()
                .mapToInt(bank.upstream()::requestsOf)
                .sum();
    }

    private List<ToolExecution> executed(Script script, WritToolProvider.Builder provider) {
        fixture.awaitPolicyAndTool(agent, "bank.pay");
        return AiServices.builder(Assistant.class)
                .chatModel(script)
                .toolProvider(provider.baseUrl(agent.baseUrl())
                        .apiKey(agent::key)
                        .tools(name -> name.startsWith("bank."))
                        .build())
                .build()
                .chat("Pay acme.", InvocationParameters.from(Map.of(WritToolProvider.ON_BEHALF_OF, "ann")))
                .toolExecutions();
    }

    @Test
    void letsAnAgentPayAndTellsItWhatItMayNotAndWhatWaits() {
        Client finance = fixture.approver("fay", "finance");
        Script script = new Script(List.of(
                pays("50"),
                pays("350"),
                pays("120"),
                told -> {
                    String call = told.replaceFirst("(?s).*\"callId\":\"([^\"]+)\".*", "$1");
                    finance.approve(call).then().statusCode(200);
                    agent.ended(call).then().statusCode(200);
                    return asks("writ_call_status", "{\"callId\":\"" + call + "\"}");
                },
                told -> AiMessage.from("Paid.")));

        List<ToolExecution> executions = executed(script, WritToolProvider.builder());

        assertThat(script.offered).contains("bank__pay", "bank__balance", "writ_call_status");
        assertThat(executions).hasSize(4);
        assertThat(executions.get(0).hasFailed()).isFalse();
        assertThat(executions.get(1).result())
                .startsWith("DENIED")
                .contains("payments of one agent for one person are limited to 300 in all");
        assertThat(executions.get(2).result()).startsWith("PENDING_APPROVAL").contains("1 of group 'finance'");
        assertThat(executions.get(3).hasFailed()).isFalse();
        assertThat(requestsToTheBank()).as("the first and the approved one").isEqualTo(2);
        assertThat(fixture.entries("kind=DECIDED&agent=" + agent.name())).hasSize(4);
    }

    @Test
    void waitsForPeopleIfToldTo() {
        Client finance = fixture.approver("fred", "finance");
        Thread approving = new Thread(() -> {
            String call = await().atMost(Duration.ofSeconds(60))
                    .until(
                            () -> fixture.entries("kind=DECIDED&agent=" + agent.name()).stream()
                                    .map(entry -> entry.column("call"))
                                    .findFirst()
                                    .orElse(""),
                            found -> !found.isEmpty());
            finance.approve(call).then().statusCode(200);
        });
        approving.start();

        List<ToolExecution> executions = executed(
                new Script(List.of(pays("130"), told -> AiMessage.from("Paid."))),
                WritToolProvider.builder().waitForApproval(Duration.ofSeconds(30)));

        assertThat(executions)
                .singleElement()
                .satisfies(paid -> assertThat(paid.hasFailed()).isFalse());
        assertThat(requestsToTheBank()).isEqualTo(1);
    }

    @Test
    void saysWhichArgumentIsWrong() {
        Script script = new Script(List.of(pays("\"fifty\""), told -> AiMessage.from("I could not.")));

        List<ToolExecution> executions = executed(script, WritToolProvider.builder());

        assertThat(executions)
                .singleElement()
                .satisfies(refused -> assertThat(refused.result())
                        .startsWith("INVALID_ARGUMENTS")
                        .contains("amount"));
        assertThat(requestsToTheBank()).isZero();
    }
}
