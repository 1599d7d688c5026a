package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.connect.Permit;
import dev.writ.connect.ToolResult;
import dev.writ.connect.testkit.Permits;
import dev.writ.connect.testkit.RecordingConnector;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RetiringConnectorTest {

    private final RecordingConnector bank = Bank.connector();
    private final RetiringConnector retiring = new RetiringConnector(bank);
    private final CompletableFuture<ToolResult> answer = new CompletableFuture<>();

    RetiringConnectorTest() {
        bank.answer(permit -> Uni.createFrom().completionStage(answer));
    }

    @Test
    void closesAtOnceWhenNothingIsUnderWay() {
        retiring.close();

        assertThat(bank.isClosed()).isTrue();
    }

    @Test
    void letsACallUnderWayEndFirst() {
        CompletableFuture<ToolResult> result = invoke();

        retiring.close();
        assertThat(bank.isClosed()).isFalse();
        answer.complete(succeeded());

        assertThat(result).isCompletedWithValue(succeeded());
        assertThat(bank.isClosed()).isTrue();
    }

    @Test
    void sendsNothingAfterItWasRetired() {
        CompletableFuture<ToolResult> underWay = invoke();
        retiring.close();

        assertThat(invoke().join()).isInstanceOf(ToolResult.Failed.class);
        assertThat(underWay).isNotDone();
        assertThat(bank.permits()).hasSize(1);
    }

    @Test
    void sendsOnceHoweverManyWaitForTheResult() {
        Uni<ToolResult> result = retiring.invoke(permit());

        CompletableFuture<ToolResult> one = result.subscribeAsCompletionStage();
        CompletableFuture<ToolResult> other = result.subscribeAsCompletionStage();
        answer.complete(succeeded());

        assertThat(one.join()).isSameAs(other.join());
        assertThat(bank.permits()).hasSize(1);
    }

    @Test
    void sendsNothingUntilSomebodyWaitsForTheResult() {
        Uni<ToolResult> result = retiring.invoke(permit());
        retiring.close();

        assertThat(bank.isClosed()).isTrue();
        assertThat(result.await().indefinitely()).isInstanceOf(ToolResult.Failed.class);
        assertThat(bank.permits()).isEmpty();
    }

    private CompletableFuture<ToolResult> invoke() {
        return retiring.invoke(permit()).subscribeAsCompletionStage();
    }

    private static Permit permit() {
        return Permits.of(Bank.pay(), JsonObject.empty(), Bank.NOON.plusSeconds(60));
    }

    private static ToolResult succeeded() {
        return new ToolResult.Succeeded(
                JsonObject.empty(), new ToolResult.Traffic(Optional.empty(), Optional.empty(), Optional.of("p-1")));
    }
}
