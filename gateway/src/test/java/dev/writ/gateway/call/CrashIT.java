package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.GatewayProcess;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Unaccepting;
import dev.writ.gateway.Upstream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateways that die in the middle of a call, as processes. */
class CrashIT {

    /** Time enough to end a gateway before it gives up by itself. */
    private static final String SHORT_DEADLINE = "-Dwrit.call.deadline=12s";

    @TempDir
    Path home;

    private GatewayProcess doomed;
    private GatewayProcess other;

    @BeforeEach
    void startTwoReplicas() {
        doomed = GatewayProcess.start(home, SHORT_DEADLINE);
        other = GatewayProcess.start(home, SHORT_DEADLINE);
    }

    @AfterEach
    void stopThem() {
        doomed.close();
        other.close();
    }

    @Test
    void aCallWhoseGatewayDiedBetweenExecuteAndOutcomeEndsUnknownAndNeverRunsAgain() {
        try (Upstream upstream = Upstream.start()) {
            Fixture fixture = Fixture.of(doomed.url(), home);
            fixture.register(upstream);
            fixture.activate(Fixture.RULES);
            Client agent = fixture.agent();

            submitAndForget(agent, Map.of("to", "acme", "amount", 10, "note", "hang"));
            await().atMost(Duration.ofSeconds(60)).until(() -> upstream.requests() == 1);
            doomed.kill();

            assertEndsUnknown(agent, fixture);
            assertThat(upstream.requests()).as("requests that reached the tool").isEqualTo(1);
        }
    }

    @Test
    void aCallWhoseGatewayDiedBetweenAllowAndExecuteEndsUnknownAndNeverRuns() throws IOException {
        try (Unaccepting upstream = new Unaccepting()) {
            Fixture fixture = Fixture.of(doomed.url(), home);
            fixture.register(upstream.url());
            fixture.activate(Fixture.RULES);
            Client agent = fixture.agent();

            submitAndForget(agent, Map.of("to", "acme", "amount", 10));
            Fixture seenFromOther = fixture.at(other.url());
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !seenFromOther.entries("kind=DECIDED").isEmpty());
            doomed.kill();

            assertEndsUnknown(agent, fixture);
            upstream.assertNothingWasSent();
        }
    }

    private void assertEndsUnknown(Client agent, Fixture fixture) {
        Fixture seenFromOther = fixture.at(other.url());
        String call = seenFromOther.entries("kind=DECIDED").get(0).column("call");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !seenFromOther.entries("kind=EXECUTED").isEmpty());

        Client agentAtOther = agent.at(other.url());
        assertThat(agentAtOther
                        .get("/v1/tool-calls/" + call)
                        .then()
                        .statusCode(200)
                        .extract()
                        .<String>path("status"))
                .isEqualTo("unknown");
        try (GatewayProcess restarted = GatewayProcess.start(home, SHORT_DEADLINE)) {
            List<LogEntry> ends = fixture.at(restarted.url()).entries("kind=EXECUTED&call=" + call);
            assertThat(ends).hasSize(1);
        }
    }

    private static void submitAndForget(Client agent, Map<String, ?> arguments) {
        // Its answer never comes: the gateway dies.
        Thread submission = new Thread(() -> assertThatThrownBy(() -> agent.call("bank.pay", arguments)));
        submission.setDaemon(true);
        submission.start();
    }
}
