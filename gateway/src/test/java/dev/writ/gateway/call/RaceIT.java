package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.GatewayProcess;
import dev.writ.gateway.Upstream;
import io.restassured.response.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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

    private static final String ASK = """
            rule "small payments wait"
            when
                ToolCall( tool == "bank.pay", number("amount") <= 500 )
            then
                escalate("finance looks").to("finance").within("4h").envelope(20, "7d", "irreversible");
            end

            rule "large payments want two"
            when
                ToolCall( tool == "bank.pay", number("amount") > 500 )
            then
                escalate("two of finance look").to("finance").approvals(2).within("4h");
            end
            """;

    private static final int USES = 10;

    @Test
    void twoProcessesUseAnEnvelopeAsOftenAsItSaysAndAgreeOnWhatWasEdited() throws Exception {
        try (Upstream upstream = Upstream.start();
                GatewayProcess first = GatewayProcess.start(home);
                GatewayProcess second = GatewayProcess.start(home)) {
            Fixture fixture = Fixture.of(first.url(), home);
            fixture.register(upstream);
            fixture.activate(ASK);
            Client agent = fixture.agent();
            Client elsewhere = agent.at(second.url());
            fixture.at(second.url()).awaitPolicyAndTool(elsewhere, "bank.pay");
            Client fay = fixture.approver("fay", "finance");
            Client gus = fixture.approver("gus", "finance").at(second.url());

            envelope(fay, waiting(agent, 200));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> pay(elsewhere, 200).statusCode() == 200);
            int allowed = 1;
            ExecutorService threads = Executors.newFixedThreadPool(8);
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < 4 * USES; i++) {
                Client by = i % 2 == 0 ? agent : elsewhere;
                calls.add(() -> pay(by, 200).statusCode());
            }
            for (Future<Integer> answer : threads.invokeAll(calls)) {
                assertThat(answer.get()).isIn(200, 202);
                allowed += answer.get() == 200 ? 1 : 0;
            }
            threads.shutdown();
            assertThat(allowed).isEqualTo(USES);

            String call = waiting(elsewhere, 900);
            String path = "/v1/approvals/" + call;
            String seen = fay.get(path).then().statusCode(200).extract().path("viewDigest");
            fay.post(
                            path + "/edit",
                            Map.of("arguments", Map.of("to", "acme", "amount", 600), "reason", "less", "view", seen))
                    .then()
                    .statusCode(200);
            gus.post(path + "/approve", Map.of("reason", "fine", "view", seen))
                    .then()
                    .statusCode(409);
            String edited = gus.get(path).path("viewDigest");
            gus.post(path + "/approve", Map.of("reason", "fine", "view", edited))
                    .then()
                    .statusCode(200);
            assertThat(agent.ended(call).path("status").toString()).isEqualTo("succeeded");
            assertThat(upstream.bodies())
                    .filteredOn(body -> body.contains("600"))
                    .hasSize(1);
            assertThat(upstream.bodies()).noneMatch(body -> body.contains("900"));
        }
    }

    private static Response pay(Client by, int amount) {
        return by.call("bank.pay", Map.of("to", "acme", "amount", amount));
    }

    private static String waiting(Client by, int amount) {
        return pay(by, amount).then().statusCode(202).extract().path("id");
    }

    private static void envelope(Client by, String call) {
        by.post(
                        "/v1/approvals/" + call + "/envelope",
                        Map.of(
                                "bounds",
                                List.of(Map.of("path", "/amount", "from", 101, "to", 500)),
                                "uses",
                                USES,
                                "until",
                                Instant.now().plus(Duration.ofDays(1)).toString(),
                                "reason",
                                "every week"))
                .then()
                .log()
                .ifValidationFails()
                .statusCode(200);
    }
}
