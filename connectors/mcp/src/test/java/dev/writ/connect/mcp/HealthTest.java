package dev.writ.connect.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.connect.Health;
import dev.writ.connect.ToolResult.Succeeded;
import dev.writ.connect.mcp.TestServer.Era;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a connector says about its server without asking it. */
final class HealthTest {

    private static Health.Failing failing(OpenMcp open) {
        return open.connector.health().fold(up -> none(up), failing -> failing, unknown -> none(unknown));
    }

    private static Health.Failing none(Health other) {
        throw new AssertionError("not failing but " + other);
    }

    @ParameterizedTest
    @EnumSource
    void isFailingFromTheFirstUnansweredListUntilTheNextAnsweredOne(Era era) {
        try (TestServer server = new TestServer(era, TestServer.tool("search", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.freshness(Duration.ZERO))) {
            assertThat(open.connector.health()).isEqualTo(new Health.Unknown());
            open.call("search", "{}");
            assertThat(open.connector.health()).isEqualTo(new Health.Up());

            server.lists((request, answering) -> answering.status(503, ""));
            open.call("search", "{}");
            Health.Failing first = failing(open);
            server.lists((request, answering) -> answering.status(401, ""));
            open.call("search", "{}");

            assertThat(first.why()).isEqualTo("the server answered with status 503");
            assertThat(failing(open).why()).contains("does not accept Writ's credential (401)");
            assertThat(failing(open).since()).isEqualTo(first.since());
            server.lists((request, answering) -> answering.result(
                    "{\"tools\":[" + TestServer.tool("search", "").toJson() + "]}"));
            assertThat(open.call("search", "{}")).isInstanceOf(Succeeded.class);
            assertThat(open.connector.health()).isEqualTo(new Health.Up());
        }
    }

    @ParameterizedTest
    @EnumSource
    void isFailingWhenNobodyListens(Era era) {
        TestServer server = new TestServer(era, TestServer.tool("search", ""));
        try (OpenMcp open = OpenMcp.to(server)) {
            server.close();

            open.call("search", "{}");

            assertThat(failing(open).why()).isEqualTo("the server could not be reached");
        }
    }

    @Test
    void isUpWhenTheServerHasOnlyForgottenTheSession() {
        try (TestServer server = new TestServer(Era.LEGACY, TestServer.tool("search", ""));
                OpenMcp open = OpenMcp.to(server, settings -> settings.freshness(Duration.ZERO))) {
            open.call("search", "{}");
            server.forgetsSessions();
            open.call("search", "{}");
            assertThat(open.connector.health()).isEqualTo(new Health.Up());
        }
    }

    @Test
    void isFailingAfterAProgramEndedUntilItWorksAgain() {
        try (TestProgram program = new TestProgram();
                OpenMcp open = new OpenMcp(program.settings().build(), TestProgram.listing())) {
            program.behaves("exit 1");
            open.call("create_refund", "{}");
            await().atMost(Duration.ofSeconds(60)).until(() -> open.connector.health() instanceof Health.Failing);
            assertThat(failing(open).why()).isEqualTo("the program ended; the next call starts it again");

            program.behaves("answer '{\"content\":[]}'");
            assertThat(open.call("create_refund", "{}")).isInstanceOf(Succeeded.class);
            assertThat(open.connector.health()).isEqualTo(new Health.Up());
        }
    }
}
