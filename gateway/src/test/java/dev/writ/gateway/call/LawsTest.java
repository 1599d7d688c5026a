package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import io.restassured.response.Response;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The laws of a call's path (docs/architecture.md), one test each. Those about dying processes are in {@code CrashIT}. */
@WritTest
class LawsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<String, ?> SMALL = Map.of("to", "acme", "amount", 10);

    private final Bank bank = Bank.shared();
    private final Fixture fixture = bank.fixture();
    private final Client agent = fixture.agent("ana", "ben");

    @AfterEach
    void liftKillSwitch() {
        fixture.killSwitch("everything", "", false);
    }

    @Test
    void noEffectWithoutAReceipt() {
        try (Superuser database = Superuser.connect()) {
            database.execute("ALTER ROLE writ_writer NOLOGIN");
            database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'writ_writer'");
            try {
                agent.call("bank.pay", SMALL)
                        .then()
                        .statusCode(503)
                        .contentType("application/problem+json")
                        .body("type", equalTo("urn:writ:problem:audit-unavailable"));
            } finally {
                database.execute("ALTER ROLE writ_writer LOGIN");
            }
        }
        await().atMost(PATIENCE)
                .until(() ->
                        fixture.agent().call("bank.balance", Map.of("id", "x")).statusCode() == 200);
        assertThat(fixture.entries("kind=EXECUTED&agent=" + agent.name())).isEmpty();
        assertThat(bank.requestsOf(agent)).isZero();
    }

    @Test
    void whatNoRuleAllowsIsDenied() {
        fixture.activate(
                "rule \"nothing about payments\" when ToolCall( tool == \"bank.balance\" ) then allow(\"look\"); end");
        Response denied = agent.call("bank.pay", SMALL);
        fixture.activate(Fixture.RULES);

        denied.then()
                .statusCode(403)
                .contentType("application/problem+json")
                .body("category", equalTo("POLICY"))
                .body("reason", equalTo("no rule allows this call"));
        assertThat(bank.requestsOf(agent)).isZero();
    }

    @Test
    void aDecisionIsInTheLogBeforeItsCallReachesTheTool() {
        Response done = agent.call("bank.pay", SMALL);

        done.then().statusCode(200);
        LogEntry decided =
                fixture.entries("kind=DECIDED&call=" + done.path("id")).get(0);
        LogEntry executed =
                fixture.entries("kind=EXECUTED&call=" + done.path("id")).get(0);
        assertThat(decided.index()).isLessThan(executed.index());
    }

    @Test
    void theUpstreamSeesACallOnceHoweverOftenItIsSubmittedAtOnce() throws Exception {
        String key = UUID.randomUUID().toString();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        List<CompletableFuture<Response>> answers = IntStream.range(0, 32)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> agent.call("bank.pay", SMALL, Map.of("key", key)), threads))
                .toList();
        List<String> bodies = answers.stream()
                .map(answer -> answer.join().then().statusCode(200).extract().asString())
                .distinct()
                .toList();
        threads.shutdown();

        assertThat(bodies).hasSize(1);
        assertThat(bank.requestsOf(agent)).isEqualTo(1);
    }

    @Test
    void fromRecordOnTheClientMayLeave() throws Exception {
        String marker = "gone-" + UUID.randomUUID();
        CountDownLatch working = bank.upstream().hold(marker);
        String body = "{\"tool\":\"bank.pay\",\"key\":\"" + marker
                + "\",\"arguments\":{\"to\":\"acme\",\"amount\":10,\"note\":\"" + marker + "\"}}";
        URI gateway = URI.create(agent.baseUrl());
        try (Socket client = new Socket(gateway.getHost(), gateway.getPort())) {
            OutputStream out = client.getOutputStream();
            out.write(("POST /v1/tool-calls HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + agent.key()
                            + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                            + body)
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            await().atMost(PATIENCE).until(() -> bank.requestsOf(agent) == 1);
        }
        working.countDown();

        await().atMost(PATIENCE)
                .until(() ->
                        !fixture.entries("kind=EXECUTED&agent=" + agent.name()).isEmpty());
        agent.call("bank.pay", Map.of("to", "acme", "amount", 10, "note", marker), Map.of("key", marker))
                .then()
                .statusCode(200)
                .body("status", equalTo("succeeded"));
        assertThat(bank.requestsOf(agent)).isEqualTo(1);
    }

    @Test
    void theSameKeyIsTheSameCall() {
        Response first = agent.call("bank.pay", SMALL, Map.of("key", "k-1"));
        Response again = agent.call("bank.pay", SMALL, Map.of("key", "k-1"));

        assertThat(again.asString()).isEqualTo(first.asString());
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(bank.requestsOf(agent)).isEqualTo(1);
    }

    @Test
    void theSameKeyWithOtherArgumentsIsAConflict() {
        agent.call("bank.pay", SMALL, Map.of("key", "k-2")).then().statusCode(200);

        agent.call("bank.pay", Map.of("to", "acme", "amount", 11), Map.of("key", "k-2"))
                .then()
                .statusCode(409)
                .contentType("application/problem+json");
        assertThat(bank.requestsOf(agent)).isEqualTo(1);
    }

    @Test
    void aStrangersCallIsNotFound() {
        Response mine = agent.call("bank.pay", SMALL, Map.of("key", "k-3"));
        Client stranger = fixture.agent();

        stranger.get("/v1/tool-calls/" + mine.path("id")).then().statusCode(404);
        stranger.call("bank.pay", SMALL, Map.of("key", "k-3"))
                .then()
                .statusCode(200)
                .body("id", not(equalTo(mine.<String>path("id"))));
    }

    @Test
    void aBudgetIsExactUnderConcurrentCallsOfOneIdentity() {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        List<CompletableFuture<Integer>> answers = IntStream.range(0, 60)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> agent.call("bank.pay", SMALL, Map.of("onBehalfOf", "ana"))
                                .statusCode(),
                        threads))
                .toList();
        long allowed = answers.stream().filter(answer -> answer.join() == 200).count();
        threads.shutdown();

        assertThat(allowed).as("payments of 10 under a budget of 300").isEqualTo(30);
        agent.call("bank.pay", SMALL, Map.of("onBehalfOf", "ben")).then().statusCode(200);
    }

    @Test
    void aCallInFlightCarriesTheLabelsItsResultMayBring() {
        fixture.activate("""
                rule "look" when ToolCall( tool == "bank.balance" ) then allow("look"); end
                rule "pay" when ToolCall( tool == "bank.pay" ) then allow("pay"); end
                rule "no payment after untrusted content"
                when
                    ToolCall( tool == "bank.pay" )
                    exists Past( labels contains "untrusted" )
                then
                    deny("untrusted content was read");
                end
                """);
        String account = "held-" + UUID.randomUUID();
        CountDownLatch answering = bank.upstream().hold(account);
        CompletableFuture<Response> inFlight =
                CompletableFuture.supplyAsync(() -> agent.call("bank.balance", Map.of("id", account)));
        await().atMost(PATIENCE).until(() -> bank.requestsOf(agent) == 1);
        Response meanwhile = agent.call("bank.pay", SMALL);
        answering.countDown();
        inFlight.join();
        fixture.activate(Fixture.RULES);

        meanwhile.then().statusCode(403).body("rule", equalTo("no payment after untrusted content"));
    }

    @Test
    void aCredentialThatTheUpstreamEchoesShowsUpNowhere() {
        Response echoed = agent.call("bank.pay", Map.of("to", "acme", "amount", 10, "note", "echo"));

        echoed.then().statusCode(200);
        assertThat(echoed.asString() + echoed.headers()).doesNotContain(bank.credential());
        assertThat(agent.get("/v1/tool-calls/" + echoed.path("id")).asString()).doesNotContain(bank.credential());
        assertThat(bank.spans()).isNotEmpty();
        assertThat(String.join("\n", bank.spans())).doesNotContain(bank.credential());
        assertThat(bank.logLines()).doesNotContain(bank.credential());
        try (Superuser database = Superuser.connect()) {
            assertThat(database.tablesWith(agent.name())).isNotEmpty();
            assertThat(database.tablesWith(bank.credential())).isEmpty();
        }
    }

    @Test
    void afterAKillSwitchNoAllowInItsScopeHasALaterIndex() {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<CompletableFuture<Response>> calls = IntStream.range(0, 200)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> agent.call("bank.balance", Map.of("id", "x" + i)), threads))
                .toList();
        await().atMost(PATIENCE).until(() -> calls.stream().anyMatch(CompletableFuture::isDone));
        int killed = fixture.killSwitch("everything", "", true);
        calls.forEach(CompletableFuture::join);
        threads.shutdown();

        assertThat(fixture.entries("kind=DECIDED&verdict=allow&limit=1").get(0).index())
                .isLessThan(killed);
        agent.call("bank.balance", Map.of("id", "x")).then().statusCode(403).body("rule", equalTo("writ:kill-switch"));
    }

    @Test
    void aRevokedKeyIsRefusedFromItsRevocationOn() {
        Client admin = fixture.admin;
        String id = agent.key().substring("writ_".length(), agent.key().lastIndexOf('_'));
        agent.call("bank.pay", SMALL).then().statusCode(200);

        admin.request().delete("/v1/keys/" + id).then().statusCode(204);

        agent.call("bank.pay", SMALL).then().statusCode(401);
    }
}
