package dev.writ.connect.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.writ.connect.Connector;
import dev.writ.connect.Dialogue;
import dev.writ.connect.Permit;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.OutcomeUnknown;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.ToolDefinition;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** The contract is worth something only if a connector that breaks it is caught, and by the test that says so. */
final class ConnectorContractTest {

    private static final String CREDENTIAL = new RecordingBench().credential();

    @Test
    void noticesThatTheDeadlineIsNotChecked() {
        BiFunction<Connector, Permit, Uni<ToolResult>> worse = (good, permit) -> good.invoke(changed(
                permit,
                permit.argumentsDigest(),
                permit.definition(),
                Instant.now().plusSeconds(60)));
        assertCaught(worse, ConnectorContract::sendsNothingForAnExpiredPermit);
    }

    @Test
    void noticesThatArgumentsAreNotChecked() {
        BiFunction<Connector, Permit, Uni<ToolResult>> worse = (good, permit) ->
                good.invoke(changed(permit, Digest.of(permit.arguments()), permit.definition(), permit.deadline()));
        assertCaught(worse, ConnectorContract::sendsNothingForArgumentsThatWereNotAllowed);
    }

    @Test
    void noticesThatTheDefinitionIsNotChecked() {
        BiFunction<Connector, Permit, Uni<ToolResult>> worse = (good, permit) -> good.invoke(
                changed(permit, permit.argumentsDigest(), good.tools().get(0).digest(), permit.deadline()));
        assertCaught(worse, ConnectorContract::sendsNothingForAnotherDefinitionOfTheTool);
    }

    @Test
    void noticesARequestThatNobodyWaitedFor() {
        BiFunction<Connector, Permit, Uni<ToolResult>> worse = (good, permit) ->
                Uni.createFrom().completionStage(good.invoke(permit).subscribeAsCompletionStage());
        assertCaught(worse, ConnectorContract::sendsNothingUntilSomebodyWaitsForTheResult);
    }

    @Test
    void noticesThatWaitingTwiceSendsTwice() {
        BiFunction<Connector, Permit, Uni<ToolResult>> worse =
                (good, permit) -> Uni.createFrom().deferred(() -> good.invoke(permit));
        assertCaught(worse, ConnectorContract::sendsOnceHoweverManyWaitForTheResult);
    }

    @Test
    void noticesARetry() {
        BiFunction<Connector, Permit, Uni<ToolResult>> worse = (good, permit) -> good.invoke(permit)
                .chain(result -> result instanceof Succeeded ? Uni.createFrom().item(result) : good.invoke(permit));
        assertCaught(worse, contract -> contract.sendsOnceWhateverTheServiceDoes(Behaviour.BREAK_OFF));
    }

    @Test
    void noticesAGuessedOutcome() {
        BiFunction<Connector, Permit, Uni<ToolResult>> worse = (good, permit) -> good.invoke(permit)
                .map(result -> result instanceof OutcomeUnknown unknown
                        ? new Failed(unknown.reason(), Optional.empty(), unknown.traffic())
                        : result);
        assertCaught(worse, ConnectorContract::doesNotKnowTheOutcomeOfACallThatWasNotAnswered);
        assertCaught(worse, ConnectorContract::doesNotKnowTheOutcomeOfACallWhoseConnectionBroke);
    }

    @Test
    void noticesALateAnswer() {
        BiFunction<Connector, Permit, Uni<ToolResult>> worse =
                (good, permit) -> good.invoke(permit).onItem().delayIt().by(Duration.ofSeconds(9));
        assertCaught(worse, ConnectorContract::answersByTheDeadline);
    }

    @Test
    void noticesAFailedUni() {
        BiFunction<Connector, Permit, Uni<ToolResult>> worse = (good, permit) -> good.invoke(permit)
                .map(result -> result.fold(
                        succeeded -> succeeded,
                        failed -> {
                            throw new IllegalStateException("refused");
                        },
                        unknown -> unknown));
        assertCaught(worse, ConnectorContract::saysThatTheServiceRefused);
    }

    @Test
    void noticesACredentialInAResult() {
        BiFunction<Connector, Permit, Uni<ToolResult>> worse = (good, permit) -> good.invoke(permit)
                .map(result -> result.fold(
                        succeeded -> new Succeeded(new JsonString("token " + CREDENTIAL), succeeded.traffic()),
                        failed -> failed,
                        unknown -> unknown));
        assertCaught(worse, contract -> contract.keepsTheCredentialOutOfResults(Behaviour.ACCEPT_AND_ECHO));
    }

    @Test
    void noticesACredentialInALog() {
        Logger logger = Logger.getLogger("dev.writ.connect.testkit.talkative");
        BiFunction<Connector, Permit, Uni<ToolResult>> worse = (good, permit) -> {
            logger.fine("sending " + CREDENTIAL);
            return good.invoke(permit);
        };
        assertCaught(worse, contract -> contract.keepsTheCredentialOutOfLogs(Behaviour.ACCEPT));
    }

    @Test
    void noticesToolsThatChange() {
        List<ToolDefinition> offered = new ArrayList<>();
        assertCaught(
                good -> new Worse(good, Connector::invoke) {
                    @Override
                    public List<ToolDefinition> tools() {
                        offered.addAll(good.tools());
                        return List.copyOf(offered);
                    }
                },
                ConnectorContract::offersTheSameToolsAlways);
    }

    @Test
    void noticesToolsThatAreNamedAfterAnother() {
        assertCaught(
                good -> new Worse(good, Connector::invoke) {
                    @Override
                    public String name() {
                        return "other";
                    }
                },
                ConnectorContract::namesItsToolsAfterItself);
    }

    @Test
    void noticesAnOpenSchema() {
        assertCaught(
                good -> new Worse(good, Connector::invoke) {
                    @Override
                    public List<ToolDefinition> tools() {
                        return good.tools().stream()
                                .map(tool -> new ToolDefinition(
                                        tool.name(), tool.connector(), tool.description(), JsonObject.empty(), false))
                                .toList();
                    }
                },
                ConnectorContract::closesTheSchemaOfEachTool);
    }

    private static Permit changed(Permit permit, Digest arguments, Digest definition, Instant deadline) {
        return new Permit(
                permit.call(),
                permit.index(),
                permit.tool(),
                permit.arguments(),
                arguments,
                definition,
                permit.idempotencyKey(),
                deadline);
    }

    private static void assertCaught(
            BiFunction<Connector, Permit, Uni<ToolResult>> worse, Consumer<ConnectorContract> test) {
        assertCaught((Connector good) -> new Worse(good, worse), test);
    }

    private static void assertCaught(UnaryOperator<Connector> worse, Consumer<ConnectorContract> test) {
        ConnectorContract contract = new ConnectorContract() {
            @Override
            protected Bench bench() {
                return new RecordingBench(worse);
            }
        };
        contract.open();
        try {
            assertThat(catchThrowable(() -> test.accept(contract)))
                    .isInstanceOfAny(AssertionError.class, IllegalStateException.class);
        } finally {
            contract.close();
        }
    }

    /** A good connector whose {@code invoke} was made worse. */
    private static class Worse implements Connector {
        private final Connector good;
        private final BiFunction<Connector, Permit, Uni<ToolResult>> invoke;

        Worse(Connector good, BiFunction<Connector, Permit, Uni<ToolResult>> invoke) {
            this.good = good;
            this.invoke = invoke;
        }

        @Override
        public String name() {
            return good.name();
        }

        @Override
        public List<ToolDefinition> tools() {
            return good.tools();
        }

        @Override
        public Uni<ToolResult> invoke(Permit permit, Dialogue dialogue) {
            return invoke.apply(good, permit);
        }

        @Override
        public void close() {
            good.close();
        }
    }
}
