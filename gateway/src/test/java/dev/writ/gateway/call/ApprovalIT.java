package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.writ.audit.postgres.EmbeddedDatabase;
import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.GatewayProcess;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.Unaccepting;
import dev.writ.gateway.Upstream;
import dev.writ.gateway.startup.Home;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Approvals across processes. The keeper is a replica that carries no approved call on, so that a test can choose who does, and
 * when that one dies.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApprovalIT {

    private static final String[] KEEPER = {"-Dwrit.call.deadline=3s", "-Dwrit.tasks.threads=0"};
    private static final String[] WORKER = {"-Dwrit.call.deadline=3s"};

    /** Time enough to end it before it gives up by itself. */
    private static final String[] PATIENT = {"-Dwrit.call.deadline=12s"};

    private static final Duration SOON = Duration.ofSeconds(60);

    /** Session-level, as the log's own is at the end of a transaction: as long as it is held, nothing is appended. */
    private static final String HOLD_THE_LOG = "SELECT pg_advisory_lock(8247615470294298721)";

    private static final String LET_THE_LOG_GO = "SELECT pg_advisory_unlock(8247615470294298721)";

    private final Upstream upstream = Upstream.start();
    private Path home;
    private GatewayProcess keeper;
    private EmbeddedDatabase postgres;
    private Superuser database;
    private Fixture fixture;
    private Client fay;

    @BeforeAll
    void startKeeper(@TempDir Path folder) {
        home = folder;
        keeper = GatewayProcess.start(home, KEEPER);
        postgres = EmbeddedDatabase.start(Home.open(home).database());
        database = Superuser.connect(postgres.url());
        fixture = Fixture.of(keeper.url(), home);
        fixture.register(upstream);
        fixture.activate(Fixture.RULES);
        fay = fixture.approver("fay", "finance");
    }

    @AfterAll
    void stopAll() {
        database.close();
        keeper.close();
        postgres.close();
        upstream.close();
    }

    private static String escalated(Client agent, String note) {
        return agent.call("bank.pay", Map.of("to", "acme", "amount", 150, "note", note))
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    private String approved(Client agent, String note) {
        String call = escalated(agent, note);
        fay.approve(call).then().statusCode(200);
        return call;
    }

    private void assertEnded(Client agent, String call, String status, int requests) {
        await().atMost(SOON)
                .untilAsserted(() -> agent.ended(call).then().statusCode(200).body("status", equalTo(status)));
        assertThat(upstream.requestsOf(call))
                .as("requests that reached the tool")
                .isEqualTo(requests);
    }

    @Test
    void aCallApprovedWhileNobodyCarriesItOnRunsOnceAfterTheNextStart(@TempDir Path other) {
        String call;
        Client agent;
        try (GatewayProcess only = GatewayProcess.start(other, KEEPER)) {
            Fixture there = Fixture.of(only.url(), other);
            there.register(upstream);
            there.activate(Fixture.RULES);
            agent = there.agent();
            call = escalated(agent, "");
            there.approver("fay", "finance").approve(call).then().statusCode(200);
            only.kill();
        }
        try (GatewayProcess next = GatewayProcess.start(other)) {
            assertEnded(agent.at(next.url()), call, "succeeded", 1);
        }
    }

    @Test
    void aCallWhoseGatewayDiedBetweenWakingAndDecidingRunsOnce() {
        Client agent = fixture.agent();
        String call = approved(agent, "");
        database.execute("UPDATE writ.scheduled_task SET execution_time = now() + interval '1 hour'");
        try (GatewayProcess doomed = GatewayProcess.start(home, WORKER)) {
            database.query(HOLD_THE_LOG);
            database.execute(
                    "UPDATE writ.scheduled_task SET execution_time = now() WHERE task_instance = '" + call + "'");
            await().atMost(SOON)
                    .until(() -> database.query(
                                    "SELECT picked FROM writ.scheduled_task WHERE task_instance = '" + call + "'")
                            .equals(List.of("t")));
            doomed.kill();
        } finally {
            database.query(LET_THE_LOG_GO);
        }
        assertThat(fixture.entries("kind=DECIDED&call=" + call)).hasSize(1);
        try (GatewayProcess heir = GatewayProcess.start(home)) {
            assertEnded(agent.at(heir.url()), call, "succeeded", 1);
        }
    }

    @Test
    void aCallWhoseGatewayDiedBetweenDecidingAndExecutingEndsUnknownAndNeverRuns() throws IOException {
        Client agent = fixture.agent();
        try (Unaccepting nobody = new Unaccepting();
                GatewayProcess doomed = GatewayProcess.start(home, PATIENT)) {
            fixture.register(nobody.url());
            String call = approved(agent, "");
            await().atMost(SOON)
                    .until(() -> fixture.entries("kind=DECIDED&call=" + call).size() == 2);
            doomed.kill();

            assertEnded(agent, call, "unknown", 0);
            nobody.assertNothingWasSent();
        } finally {
            fixture.register(upstream);
        }
    }

    @Test
    void aCallWhoseGatewayDiedWhileTheToolWorkedEndsUnknownAndNeverRunsAgain() {
        Client agent = fixture.agent();
        String call;
        try (GatewayProcess doomed = GatewayProcess.start(home, WORKER)) {
            call = approved(agent, "hang");
            await().atMost(SOON).until(() -> upstream.requestsOf(call) == 1);
            doomed.kill();
        }
        try (GatewayProcess heir = GatewayProcess.start(home, WORKER)) {
            assertEnded(agent.at(heir.url()), call, "unknown", 1);
        }
    }

    @Test
    void aCallWhoseGatewayDiedBetweenTheToolsAnswerAndItsRecordEndsUnknownAndNeverRunsAgain() {
        Client agent = fixture.agent();
        String call;
        try (GatewayProcess doomed = GatewayProcess.start(home, WORKER)) {
            CountDownLatch answering = upstream.hold("answers-late");
            call = approved(agent, "answers-late");
            await().atMost(SOON).until(() -> upstream.requestsOf(call) == 1);
            database.query(HOLD_THE_LOG);
            answering.countDown();
            await().atMost(SOON).until(() -> upstream.answersOf(call) == 1);
            doomed.kill();
        } finally {
            database.query(LET_THE_LOG_GO);
        }
        assertEnded(agent, call, "unknown", 1);
    }

    @Test
    void callsThatAreApprovedOnAnotherReplicaThanTheyCameInRunOnce() {
        Client agent = fixture.agent();
        try (GatewayProcess one = GatewayProcess.start(home);
                GatewayProcess other = GatewayProcess.start(home)) {
            fixture.activate("""
                    rule "ask" when ToolCall( tool == "bank.pay" ) then escalate("ask").to("finance").within("1h"); end
                    """);
            for (int i = 0; i < 20; i++) {
                String call = escalated(agent.at(one.url()), "across-" + i);
                fay.at(other.url()).approve(call).then().statusCode(200);
                assertEnded(agent.at(one.url()), call, "succeeded", 1);
            }
        } finally {
            fixture.activate(Fixture.RULES);
        }
    }

    @Test
    void noApprovalExecutesAnOldDecisionWhilePolicyChangesOnAnotherReplica() {
        assertNoLaterAllow("BUNDLE_ACTIVATED", () -> fixture.activate("""
                rule "closed" when ToolCall( tool == "bank.pay" ) then deny("closed"); end
                """));
        fixture.activate(Fixture.RULES);
    }

    @Test
    void noApprovalOvertakesAKillSwitchThatWasEngagedOnAnotherReplica() {
        assertNoLaterAllow("KILL_SWITCH", () -> fixture.killSwitch("tool", "bank.pay", true));
        fixture.killSwitch("tool", "bank.pay", false);
    }

    /** Approves many calls on one replica while another one changes what they are decided by. */
    private void assertNoLaterAllow(String kind, Runnable change) {
        try (GatewayProcess worker = GatewayProcess.start(home)) {
            List<Client> agents =
                    IntStream.range(0, 40).mapToObj(i -> fixture.agent()).toList();
            List<String> calls =
                    agents.stream().map(agent -> escalated(agent, "")).toList();
            ExecutorService threads = Executors.newFixedThreadPool(4);
            Client approver = fay.at(worker.url());
            CountDownLatch changed = new CountDownLatch(1);
            // Most of them race with the change; the last ones come after it, however fast the others are.
            List<CompletableFuture<Response>> approvals = IntStream.range(0, calls.size())
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> {
                                if (i >= calls.size() - 4) {
                                    awaitLatch(changed);
                                }
                                return approver.approve(calls.get(i));
                            },
                            threads))
                    .toList();
            await().atMost(SOON).until(() -> approvals.stream().anyMatch(CompletableFuture::isDone));
            change.run();
            changed.countDown();
            approvals.forEach(approval -> approval.join().then().statusCode(200));
            threads.shutdown();

            int changedAt = fixture.entries("kind=" + kind + "&limit=1").get(0).index();
            int ran = 0;
            for (int i = 0; i < calls.size(); i++) {
                String call = calls.get(i);
                String status = agents.get(i)
                        .ended(call)
                        .then()
                        .statusCode(200)
                        .extract()
                        .path("status");
                LogEntry decided =
                        fixture.entries("kind=DECIDED&limit=1&call=" + call).get(0);
                boolean allowed = decided.column("verdict").equals("allow");
                assertThat(allowed).as(call).isEqualTo(decided.index() < changedAt);
                // A switch also stops what was allowed just before it and is not sent yet.
                assertThat(status).isIn(allowed ? List.of("succeeded", "abandoned") : List.of("denied"));
                assertThat(upstream.requestsOf(call)).isEqualTo(status.equals("succeeded") ? 1 : 0);
                ran += upstream.requestsOf(call);
            }
            assertThat(ran).as("calls that were decided before the change").isLessThan(calls.size());
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
