package dev.writ.connect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.http.RecordingServer.Answer;
import dev.writ.connect.http.RecordingServer.Request;
import dev.writ.connect.net.Networks;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls of an agent whose card is the approved one, and of one whose card is not. */
final class CardGuardTest {

    private static final String PATH = "/.well-known/agent-card.json";
    private static final String CARD = "{\"name\":\"research\",\"description\":\"looks things up\"}";
    private static final String OTHER = "{\"name\":\"research\",\"description\":\"sends files\"}";
    private static final Duration NEVER = Duration.ofDays(1);

    /** Stands still, so that nothing depends on how fast the machine is. */
    private static final class Clock implements InstantSource {
        private final Instant start = Instant.now();
        private volatile Duration ahead = Duration.ZERO;

        @Override
        public Instant instant() {
            return start.plus(ahead);
        }
    }

    private final Clock clock = new Clock();
    private final RecordingServer server = new RecordingServer();
    private final Vertx vertx = Vertx.vertx();
    private final OpenConnector open = OpenConnector.ofRpc(server.url("/rpc"), settings -> settings);
    private final List<Optional<JsonObject>> heard = new CopyOnWriteArrayList<>();
    private volatile Answer card = Answer.json(200, CARD);
    private CardGuard guard = guard(NEVER);

    @BeforeEach
    void serve() {
        server.answersWith(request ->
                request.target().equals(PATH) ? card : RpcBench.answer(request, "result", new JsonString("pong")));
    }

    @AfterEach
    void close() {
        guard.close();
        open.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        server.close();
    }

    private AgentCard card() {
        return AgentCard.at(
                HttpConnectorSettings.of("research", server.url(PATH), "")
                        .plainHttpAllowed(true)
                        .networks(Networks.publicAnd("127.0.0.0/8"))
                        .timeout(Duration.ofSeconds(10)),
                vertx,
                clock);
    }

    private CardGuard guard(Duration period) {
        return CardGuard.before(
                open.connector, card(), (JsonObject) JsonValue.parse(CARD), heard::add, vertx, clock, period);
    }

    private ToolResult call() {
        return guard.invoke(open.permit("ping", "{}", Duration.ofSeconds(20)))
                .await()
                .atMost(Duration.ofSeconds(30));
    }

    private List<String> targets() {
        return server.requests().stream().map(Request::target).toList();
    }

    private void assertNotCalled(ToolResult result, String why) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> assertThat(failed.reason()).contains(why).endsWith("; nothing was sent"));
        assertThat(targets()).doesNotContain("/rpc");
    }

    @Test
    void anAgentWithTheApprovedCardIsCalled() {
        assertThat(call()).isInstanceOf(Succeeded.class);

        assertThat(targets()).containsExactly(PATH, "/rpc");
        assertThat(heard).containsExactly(Optional.empty());
    }

    @Test
    void theCardIsReadWithoutCredentialAndPermit() {
        call();

        assertThat(server.requests().get(0).headers()).doesNotContainKeys("X-api-key", "Writ-permit", "Writ-call-id");
        assertThat(server.requests().get(1).headers()).containsKey("X-api-key");
    }

    @Test
    void anAgentWithAnotherCardIsNotCalledAndThatIsToldOnce() {
        card = Answer.json(200, OTHER);

        assertNotCalled(call(), "not the one that was approved");
        clock.ahead = Duration.ofSeconds(10);
        assertNotCalled(call(), "not the one that was approved");

        assertThat(targets()).containsExactly(PATH, PATH);
        assertThat(heard).containsExactly(Optional.of((JsonObject) JsonValue.parse(OTHER)));
    }

    @Test
    void aCardIsReadAgainAfterFiveSeconds() {
        call();
        call();
        assertThat(targets()).containsExactly(PATH, "/rpc", "/rpc");

        clock.ahead = Duration.ofSeconds(6);
        card = Answer.json(200, OTHER);
        assertThat(call()).isInstanceOf(Failed.class);
    }

    @Test
    void aCardThatIsBackIsToldToo() {
        card = Answer.json(200, OTHER);
        call();
        clock.ahead = Duration.ofSeconds(6);
        card = Answer.json(200, CARD);

        assertThat(call()).isInstanceOf(Succeeded.class);
        assertThat(heard).containsExactly(Optional.of((JsonObject) JsonValue.parse(OTHER)), Optional.empty());
    }

    @Test
    void signaturesAreNoPartOfIt() {
        card = Answer.json(200, CARD.replace("}", ",\"signatures\":[{\"signature\":\"new each time\"}]}"));

        assertThat(call()).isInstanceOf(Succeeded.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "404|{}|could not be read: the tool refused the call with status 404",
                "302|{}|could not be read",
                "502|{}|could not be read",
                "200|hello|is no JSON object with a 'name'",
                "200|{}|is no JSON object with a 'name'",
                "200|[]|is no JSON object with a 'name'"
            })
    void anAgentWhoseCardCannotBeReadIsNotCalled(int status, String body, String why) {
        card = Answer.json(status, body);

        assertNotCalled(call(), why);
        assertThat(heard).isEmpty();

        card = Answer.json(200, CARD);
        assertThat(call()).isInstanceOf(Succeeded.class);
    }

    @Test
    void aCardThatIsTooLongIsNotReadToItsEnd() {
        card = Answer.json(200, "{\"name\":\"" + "x".repeat(AgentCard.LONGEST) + "\"}");

        assertNotCalled(call(), "could not be read");
    }

    @Test
    void aServerThatIsSilentKeepsNobodyPastTheDeadline() {
        server.staysSilent();

        ToolResult result = guard.invoke(open.permit("ping", "{}", Duration.ofSeconds(1)))
                .await()
                .atMost(Duration.ofSeconds(5));

        assertNotCalled(result, "");
    }

    @Test
    void aChangeIsNoticedThatNoCallMeets() {
        guard.close();
        card = Answer.json(200, OTHER);
        guard = guard(Duration.ofMillis(20));

        await().untilAsserted(() -> assertThat(heard).hasSize(1));
        assertThat(heard.get(0)).contains((JsonObject) JsonValue.parse(OTHER));
    }
}
