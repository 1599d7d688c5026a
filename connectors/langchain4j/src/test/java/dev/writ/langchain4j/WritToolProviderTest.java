package dev.writ.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.service.tool.AiServiceTool;
import dev.langchain4j.service.tool.ToolProviderRequest;
import dev.writ.langchain4j.FakeGateway.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WritToolProviderTest {

    private static final String NOTHING = "{\"type\":\"object\"}";

    private final FakeGateway gateway = new FakeGateway();

    @AfterEach
    void close() {
        gateway.close();
    }

    private WritToolProvider.Builder provider() {
        return WritToolProvider.builder()
                .baseUrl(gateway.url())
                .apiKey(() -> FakeGateway.KEY)
                .retries(0, Duration.ZERO);
    }

    private static List<ToolSpecification> tools(WritToolProvider provider) {
        return provider
                .provideTools(new ToolProviderRequest("memory", UserMessage.from("hello")))
                .aiServiceTools()
                .stream()
                .map(AiServiceTool::toolSpecification)
                .toList();
    }

    private static List<String> names(WritToolProvider provider) {
        return tools(provider).stream().map(ToolSpecification::name).toList();
    }

    @Test
    void offersTheToolsOfAllPagesAndTheOneForStates() {
        gateway.on(
                "GET",
                "/v1/tools?limit=1000",
                Response.of(200, "{\"items\":[" + FakeGateway.tool("a.one", NOTHING) + "],\"next\":\"a.one\"}"));
        gateway.on(
                "GET",
                "/v1/tools?limit=1000&cursor=a.one",
                Response.of(200, "{\"items\":[" + FakeGateway.tool("b.two", NOTHING) + "]}"));

        assertThat(names(provider().build()))
                .containsExactly("a__one", "b__two", "writ_call_status", "writ_call_answer");
    }

    @Test
    void tellsTheModelWhatAToolDoesAndTheProgramWhatItIs() {
        gateway.lists(FakeGateway.tool("billing.refund", "{\"type\":\"object\",\"minProperties\":1}"));

        ToolSpecification tool = tools(provider().build()).get(0);

        assertThat(tool.description())
                .isEqualTo(
                        "About billing.refund.\nThe arguments also have to fit this JSON Schema: {\"minProperties\":1}");
        assertThat(tool.metadata())
                .containsEntry(WritToolProvider.TOOL, "billing.refund")
                .containsEntry(WritToolProvider.DIGEST, "9f2c")
                .containsEntry(WritToolProvider.INPUT_SCHEMA, Map.of("type", "object", "minProperties", 1));
    }

    @Test
    void offersOnlyWhatItIsToldTo() {
        gateway.lists(FakeGateway.tool("billing.refund", NOTHING), FakeGateway.tool("bank.pay", NOTHING));

        assertThat(names(provider().tools(name -> name.startsWith("billing.")).build()))
                .containsExactly("billing__refund", "writ_call_status", "writ_call_answer");
    }

    @Test
    void isAskedBeforeEachRequestToTheModelAndAsksTheGatewayWhenTheListIsOld() {
        gateway.lists(FakeGateway.tool("a.one", NOTHING));
        WritToolProvider remembering = provider().listFor(Duration.ofMinutes(1)).build();
        WritToolProvider asking = provider().listFor(Duration.ZERO).build();
        tools(remembering);
        tools(asking);
        gateway.lists(FakeGateway.tool("b.two", NOTHING));

        assertThat(remembering.isDynamic()).isTrue();
        assertThat(names(remembering)).contains("a__one");
        assertThat(names(asking)).contains("b__two").doesNotContain("a__one");
    }

    @ParameterizedTest
    @CsvSource({"401, give the agent a live one", "403, role agent", "503, try again later", "302, base URL"})
    void saysWhatToDoWhenTheToolsCannotBeListed(int status, String advice) {
        gateway.on("GET", "/v1/tools?limit=1000", new Response(status, Map.of("Location", "http://127.0.0.1:1/"), ""));

        assertThatThrownBy(() -> tools(provider().build()))
                .isInstanceOf(WritException.class)
                .hasMessageContaining(advice)
                .hasMessageNotContaining(FakeGateway.KEY);
    }

    @Test
    void saysThatNobodyListens() {
        gateway.close();

        assertThatThrownBy(() -> tools(provider().build()))
                .isInstanceOf(WritException.class)
                .hasMessageContaining("Check the base URL");
    }

    @Test
    void doesNotReadPagesWithoutEnd() {
        Response again = Response.of(200, "{\"items\":[],\"next\":\"a\"}");
        gateway.on("GET", "/v1/tools?limit=1000", again).on("GET", "/v1/tools?limit=1000&cursor=a", again);

        assertThatThrownBy(() -> tools(provider().build())).hasMessageContaining("has no end");
    }
}
