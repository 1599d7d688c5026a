package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.GatewayProcess;
import dev.writ.gateway.Upstream;
import io.restassured.response.Response;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways that compete for the same budget, as processes. */
class RaceIT {

    private static final int ROUNDS = 1_000;
    private static final String ONE_PAYMENT = """
            rule "payment"
            when
                ToolCall( tool == "bank.pay" )
            then
                allow("payments are allowed");
            end

            rule "one unit per person"
            when
                ToolCall( tool == "bank.pay", $amount : number("amount") )
                accumulate( Past( tool == "bank.pay", verdict == "allow", $past : number("amount") );
                            $spent : sum( $past );
                            $spent + $amount > 1 )
            then
                deny("one unit is all there is");
            end
            """;

    @TempDir
    Path home;

    @Test
    void twoProcessesRacingForTheLastUnitOfABudgetNeverOverspendIt() throws Exception {
        try (Upstream upstream = Upstream.start();
                GatewayProcess first = GatewayProcess.start(home);
                GatewayProcess second = GatewayProcess.start(home)) {
            Fixture fixture = Fixture.of(first.url(), home);
            fixture.register(upstream);
            fixture.activate(ONE_PAYMENT);
            String[] persons = new String[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                persons[round] = "person-" + round;
            }
            Client agent = fixture.agent(persons);
            Client[] racers = {agent, agent.at(second.url())};
            fixture.at(second.url()).awaitPolicyAndTool(racers[1], "bank.pay");

            int allowed = 0;
            ExecutorService threads = Executors.newFixedThreadPool(racers.length);
            CyclicBarrier start = new CyclicBarrier(racers.length);
            for (String person : persons) {
                List<Callable<Response>> race = Arrays.stream(racers)
                        .<Callable<Response>>map(racer -> () -> {
                            start.await();
                            return racer.call(
                                    "bank.pay", Map.of("to", "acme", "amount", 1), Map.of("onBehalfOf", person));
                        })
                        .toList();
                int inThisRound = 0;
                for (Future<Response> answer : threads.invokeAll(race)) {
                    Response response = answer.get();
                    assertThat(response.statusCode()).isIn(200, 403);
                    if (response.statusCode() == 200) {
                        inThisRound++;
                        assertThat(upstream.requestsOf(response.path("id"))).isEqualTo(1);
                    }
                }
                assertThat(inThisRound).as(person).isEqualTo(1);
                allowed += inThisRound;
            }
            threads.shutdown();

            assertThat(allowed).isEqualTo(ROUNDS);
            assertThat(upstream.requests()).isEqualTo(ROUNDS);
        }
    }

    private static final String ONE_POOL = """
            rule "payments"
            when
                ToolCall( tool == "bank.pay" )
            then
                allow("payments are allowed");
            end

            rule "forty in all"
            when
                ToolCall( tool == "bank.pay", $amount : number("amount") )
                accumulate( Past( tool == "bank.pay", verdict == "allow", $past : number("amount") )
                            over window:time(1d) from entry-point "fleet";
                            $spent : sum( $past );
                            $spent + $amount > 40 )
            then
                deny("forty is all there is for everybody");
            end
            """;

    @Test
    void allAgentsAtTwoProcessesSpendOneBudgetAndNoMore() throws Exception {
        try (Upstream upstream = Upstream.start();
                GatewayProcess first = GatewayProcess.start(home);
                GatewayProcess second = GatewayProcess.start(home)) {
            Fixture fixture = Fixture.of(first.url(), home);
            fixture.register(upstream);
            fixture.activate(ONE_POOL);
            List<Client> agents = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Client agent = fixture.agent("person-" + i);
                fixture.at(second.url()).awaitPolicyAndTool(agent.at(second.url()), "bank.pay");
                agents.add(i % 2 == 0 ? agent : agent.at(second.url()));
            }
            ExecutorService threads = Executors.newFixedThreadPool(8);
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                int who = i % 4;
                calls.add(() -> agents.get(who)
                        .call("bank.pay", Map.of("to", "acme", "amount", 1), Map.of("onBehalfOf", "person-" + who))
                        .statusCode());
            }
            int allowed = 0;
            Set<Integer> whoever = new HashSet<>();
            List<Future<Integer>> answers = threads.invokeAll(calls);
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).isIn(200, 403);
                if (answers.get(i).get() == 200) {
                    allowed++;
                    whoever.add(i % 4);
                }
            }
            threads.shutdown();

            assertThat(allowed).isEqualTo(40);
            assertThat(upstream.requests()).isEqualTo(40);
            assertThat(whoever).as("nobody gets nothing").hasSize(4);
        }
    }
}
