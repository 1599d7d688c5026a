package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.GatewayProcess;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Upstream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Expectations outlive the process that they began in, and end once however many there are. */
class ExpectationIT {

    private static final String RULES = """
            rule "pay" when ToolCall( tool == "bank.pay" )
            then allow("so").expect("bank.balance").within("15s").otherwise("freeze"); end
            rule "look" when ToolCall( tool == "bank.balance" ) then allow("look"); end
            """;

    @Test
    void whatWasExpectedWhenTheGatewayDiedIsMissedAfterTheNextStart(@TempDir Path home) {
        try (Upstream upstream = Upstream.start()) {
            Client silent;
            Client diligent;
            try (GatewayProcess first = GatewayProcess.start(home)) {
                Fixture fixture = Fixture.of(first.url(), home);
                fixture.register(upstream);
                fixture.activate(RULES);
                silent = fixture.agent();
                diligent = fixture.agent();
                // What a new process does for the first time takes longer.
                look(silent, 200);
                look(diligent, 200);
                pay(silent);
                pay(diligent);
                look(diligent, 200);
                first.kill();
                try (GatewayProcess next = GatewayProcess.start(home)) {
                    Fixture there = fixture.at(next.url());
                    ends(there, silent, "EXPECTATION_MISSED");
                    ends(there, diligent, "EXPECTATION_MET");
                    silent.at(next.url())
                            .call("bank.balance", Map.of("id", "1"))
                            .then()
                            .statusCode(403)
                            .body("rule", equalTo("writ:kill-switch"));
                    look(diligent.at(next.url()), 200);
                }
            }
        }
    }

    @Test
    void twoReplicasEndEachOnceAndStopTheSameAgents(@TempDir Path home) {
        try (Upstream upstream = Upstream.start();
                GatewayProcess one = GatewayProcess.start(home);
                GatewayProcess other = GatewayProcess.start(home)) {
            Fixture fixture = Fixture.of(one.url(), home);
            fixture.register(upstream);
            fixture.activate(RULES);
            List<Client> agents =
                    IntStream.range(0, 10).mapToObj(i -> fixture.agent()).toList();
            agents.forEach(agent -> fixture.awaitPolicyAndTool(agent.at(other.url()), "bank.pay"));
            // What a new process does for the first time takes longer.
            agents.forEach(agent -> look(agent.at(other.url()), 200));
            agents.forEach(ExpectationIT::pay);
            for (int i = 0; i < agents.size(); i += 2) {
                look(agents.get(i).at(other.url()), 200);
            }

            for (int i = 0; i < agents.size(); i++) {
                ends(fixture, agents.get(i), i % 2 == 0 ? "EXPECTATION_MET" : "EXPECTATION_MISSED");
            }
            for (int i = 0; i < agents.size(); i++) {
                int status = i % 2 == 0 ? 200 : 403;
                look(agents.get(i), status);
                look(agents.get(i).at(other.url()), status);
            }
        }
    }

    private static void pay(Client agent) {
        agent.call("bank.pay", Map.of("to", "acme", "amount", 10)).then().statusCode(200);
    }

    private static void look(Client agent, int status) {
        agent.call("bank.balance", Map.of("id", "1")).then().statusCode(status);
    }

    private static void ends(Fixture fixture, Client agent, String kind) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !fixture.entries("kind=" + kind + "&agent=" + agent.name())
                        .isEmpty());
        assertThat(fixture.entries("agent=" + agent.name()))
                .extracting(LogEntry::kind)
                .filteredOn(ended -> ended.startsWith("EXPECTATION_"))
                .containsExactly(kind);
    }
}
