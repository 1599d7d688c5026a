package dev.writ.connect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.connect.Health;
import dev.writ.connect.Permit;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.http.RecordingServer.Answer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service that fails is spared, and what may be repeated is. */
final class FailingServiceTest {

    private static final String REFUND = "{\"customer\":\"c1\",\"amount\":1,\"charge\":\"ch\"}";
    private static final String LIST = "{\"customer\":\"c1\"}";
    private static final Breaker SOON = new Breaker(2, 2, Duration.ofMillis(300));

    /** Time enough to find it closed, however busy the machine is. */
    private static final Breaker LATER = new Breaker(2, 2, Duration.ofSeconds(4));

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RecordingServer server = new RecordingServer();

    @AfterEach
    void close() {
        server.close();
    }

    private OpenConnector open(UnaryOperator<HttpConnectorSettings.Builder> change) {
        return new OpenConnector(
                server.url("/api/"),
                settings -> change.apply(
                        settings.idempotentOperations(Set.of("createRefund")).timeout(Duration.ofSeconds(10))));
    }

    @Test
    void nothingIsSentToAServiceThatFailsUntilItsTimeIsOver() {
        server.answers(Answer.json(503, "{}"));
        try (OpenConnector open = open(settings -> settings.breaker(LATER))) {
            open.call("list_refunds", LIST);
            open.call("list_refunds", LIST);

            ToolResult refused = open.call("list_refunds", LIST);

            assertThat(refused)
                    .isInstanceOfSatisfying(
                            Failed.class,
                            failed -> assertThat(failed.reason())
                                    .matches("the service is failing; nothing was sent; try again in [1-4] s"));
            assertThat(server.requests()).hasSize(2);
            server.answers(Answer.json(200, "{}"));
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(open.call("list_refunds", LIST)).isInstanceOf(Succeeded.class));
            assertThat(open.call("list_refunds", LIST)).isInstanceOf(Succeeded.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 409, 429, 500})
    void whatTheServiceAnswersItselfSaysNothingAgainstIt(int status) {
        server.answers(Answer.json(status, "{}"));
        try (OpenConnector open = open(settings -> settings.breaker(SOON))) {
            for (int i = 0; i < 6; i++) {
                open.call("list_refunds", LIST);
            }

            assertThat(server.requests()).hasSize(6);
            assertThat(open.connector.health()).isEqualTo(new Health.Up());
        }
    }

    @Test
    void aServiceThatHangsOrBreaksOffFails() {
        server.breaksOff();
        try (OpenConnector open = open(settings -> settings.breaker(SOON).timeout(Duration.ofSeconds(3)))) {
            open.call("list_refunds", LIST);
            server.staysSilent();
            open.call("list_refunds", LIST);

            assertThat(open.connector.health()).isInstanceOfSatisfying(Health.Failing.class, failing -> {
                assertThat(failing.why()).isEqualTo("it did not answer in time");
                assertThat(failing.since()).isBefore(Instant.now());
            });
        }
    }

    @Test
    void healthIsUnknownThenFailingSinceTheFirstTimeThenUp() {
        server.answers(Answer.json(503, "{}"));
        try (OpenConnector open = open(settings -> settings.breaker(SOON))) {
            assertThat(open.connector.health()).isEqualTo(new Health.Unknown());
            open.call("list_refunds", LIST);
            open.call("list_refunds", LIST);
            Health first = open.connector.health();
            assertThat(first).isInstanceOf(Health.Failing.class);

            await().atMost(PATIENCE).until(() -> {
                open.call("list_refunds", LIST);
                return server.requests().size() > 2;
            });

            assertThat(open.connector.health()).isEqualTo(first);
            server.answers(Answer.json(200, "{}"));
            await().atMost(PATIENCE).until(() -> {
                open.call("list_refunds", LIST);
                return open.connector.health().equals(new Health.Up());
            });
        }
    }

    @Test
    void anIdempotentOperationIsRepeatedWithTheSameKeyAndAnotherToken() {
        server.answersInTurn(Answer.json(503, "{}"), Answer.json(200, "{\"id\":\"r1\"}"));
        AtomicInteger minted = new AtomicInteger();
        try (OpenConnector open = open(settings -> settings)) {
            Permit permit = OpenConnector.with(
                    (audience, subject) -> Optional.of("e30.e30.signature-" + minted.incrementAndGet()),
                    open.permit("create_refund", REFUND, Duration.ofSeconds(20)));

            assertThat(open.call(permit)).isInstanceOf(Succeeded.class);

            assertThat(server.requests()).hasSize(2);
            assertThat(server.requests())
                    .allSatisfy(request ->
                            assertThat(request.header("Idempotency-key")).containsExactly(permit.idempotencyKey()));
            assertThat(server.requests().stream().flatMap(request -> request.header("Writ-permit").stream()))
                    .isEqualTo(List.of("e30.e30.signature-1", "e30.e30.signature-2"));
        }
    }

    @Test
    void noOtherOperationIsEverRepeated() {
        server.answers(Answer.json(503, "{}"));
        try (OpenConnector open = open(settings -> settings)) {
            open.call("list_refunds", LIST);

            assertThat(server.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 409, 429, 500})
    void anAnswerOfTheServiceIsNotAskedForAgain(int status) {
        server.answers(Answer.json(status, "{}"));
        try (OpenConnector open = open(settings -> settings)) {
            open.call("create_refund", REFUND);

            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void repeatsNoMoreOftenThanTheOperatorSaid() {
        server.answers(Answer.json(503, "{}"));
        try (OpenConnector open = open(settings -> settings.repeats(1))) {
            ToolResult result = open.call("create_refund", REFUND);

            assertThat(server.requests()).hasSize(2);
            assertThat(result)
                    .isInstanceOfSatisfying(
                            Failed.class,
                            failed -> assertThat(failed.reason()).isEqualTo("the tool failed with status 503"));
        }
        try (OpenConnector open = open(settings -> settings.repeats(0))) {
            open.call("create_refund", REFUND);

            assertThat(server.requests()).hasSize(3);
        }
    }

    @Test
    void aRequestThatMayHaveHadItsEffectIsNotForgottenForTheFailureOfALaterOne() {
        server.breaksOffOnceThen(Answer.json(503, "{}"));
        try (OpenConnector open = open(settings -> settings)) {
            ToolResult result = open.call("create_refund", REFUND);

            assertThat(server.requests()).hasSize(3);
            assertThat(result).isInstanceOf(OutcomeUnknown.class);
        }
    }

    @Test
    void nothingIsRepeatedWhenTheDeadlineIsNear() {
        server.answers(Answer.json(503, "{}"));
        try (OpenConnector open = open(settings -> settings)) {
            open.call("create_refund", REFUND, Duration.ofMillis(1800));

            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void aServiceThatIsNotThereIsSparedToo() {
        URI nobody = server.url("/api/");
        server.close();
        try (OpenConnector open =
                new OpenConnector(nobody, settings -> settings.breaker(new Breaker(2, 2, Duration.ofHours(1))))) {
            open.call("list_refunds", LIST);
            open.call("list_refunds", LIST);

            assertThat(open.call("list_refunds", LIST))
                    .isInstanceOfSatisfying(
                            Failed.class,
                            failed ->
                                    assertThat(failed.reason()).startsWith("the service is failing; nothing was sent"));
        }
    }
}
