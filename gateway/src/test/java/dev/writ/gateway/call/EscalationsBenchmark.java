package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.GatewayProcess;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.Upstream;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What thousands of open escalations cost: docs/performance.md has the command. Its name keeps it out of the tests; it claims
 * that everything came out as it should, and prints how long it took.
 */
class EscalationsBenchmark {

    private static final int OPEN = Integer.getInteger("benchmark.escalations", 10_000);
    private static final int AGENTS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("benchmark.within", 90));

    private static final String ASK = """
            rule "ask" when ToolCall( tool == "bank.pay" )
            then escalate("ask").to("finance").within("%ds"); end
            rule "look" when ToolCall( tool == "bank.balance" ) then allow("look"); end
            """.formatted(PATIENCE.toSeconds());

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void tenThousandOpenEscalations(@TempDir Path home) throws Exception {
        try (Upstream upstream = Upstream.start();
                GatewayProcess gateway = GatewayProcess.start(home)) {
            Fixture fixture = Fixture.of(gateway.url(), home);
            fixture.register(upstream);
            fixture.activate(ASK);
            Client fay = fixture.approver("fay", "finance");
            List<Client> agents =
                    IntStream.range(0, AGENTS).mapToObj(i -> fixture.agent()).toList();
            // As many calls that wait for nobody, so that what comes after is only what waiting costs.
            submit(agents, "bank.balance", "\"id\":\"%d\"", 200);
            print("live calls before", calls(agents, 500));
            print("list page before", pages(fay, 50));
            long heapBefore = gateway.usedHeap();

            Instant began = Instant.now();
            submit(agents, "bank.pay", "\"to\":\"escalated\",\"amount\":%d", 202);
            print("opened " + OPEN + " in "
                    + Duration.between(began, Instant.now()).toMillis() + " ms");
            print("used heap after GC: " + (heapBefore >> 20) + " MiB before, " + (gateway.usedHeap() >> 20)
                    + " MiB with them");
            print("list page with them", pages(fay, OPEN / 100));
            print("live calls with them", calls(agents, 500));

            await().atMost(PATIENCE.plusSeconds(60))
                    .pollInterval(Duration.ofSeconds(2))
                    .until(() ->
                            get(fay, "/v1/approvals?limit=1").getList("items").isEmpty());
            List<Long> lags = lags(fixture);
            assertThat(lags).hasSize(OPEN);
            print("expired after their time", lags);
            assertThat(upstream.bodies()).noneMatch(body -> body.contains("escalated"));
        }
    }

    private void submit(List<Client> agents, String tool, String arguments, int status) {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        IntStream.rangeClosed(1, OPEN)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> post(
                                agents.get(i % AGENTS),
                                "{\"tool\":\"" + tool + "\",\"arguments\":{" + arguments.replace("%d", "" + i) + "}}"),
                        threads))
                .toList()
                .forEach(answer -> assertThat(answer.join()).isEqualTo(status));
        threads.shutdown();
    }

    private List<Long> calls(List<Client> agents, int count) {
        List<Long> took = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            assertThat(post(agents.get(i % AGENTS), "{\"tool\":\"bank.balance\",\"arguments\":{\"id\":\"x\"}}"))
                    .isEqualTo(200);
            took.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
        }
        return took;
    }

    private List<Long> pages(Client approver, int count) {
        List<Long> took = new ArrayList<>();
        String cursor = "";
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            JsonPath page = get(approver, "/v1/approvals?group=finance&limit=100" + cursor);
            took.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
            cursor = page.getString("next") == null ? "" : "&cursor=" + page.getString("next");
        }
        return took;
    }

    /** How long after its time each expiry was recorded. */
    private static List<Long> lags(Fixture fixture) {
        Map<String, Instant> due = new TreeMap<>();
        entries(fixture, "DECIDED&verdict=escalate")
                .forEach(entry ->
                        due.put(entry.column("call"), Instant.parse(entry.at()).plus(PATIENCE)));
        return entries(fixture, "APPROVAL_EXPIRED").stream()
                .map(entry -> Duration.between(due.get(entry.column("call")), Instant.parse(entry.at()))
                        .toMillis())
                .toList();
    }

    private static List<LogEntry> entries(Fixture fixture, String kind) {
        List<LogEntry> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonPath page = fixture.auditor
                    .get("/v1/audit/entries?limit=1000&kind=" + kind + cursor)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            all.addAll(page.getList("entries", LogEntry.class));
            cursor = page.getString("next") == null ? "" : "&cursor=" + page.getString("next");
        } while (!cursor.isEmpty());
        return all;
    }

    private int post(Client caller, String body) {
        return send(caller, request(caller, "/v1/tool-calls").POST(HttpRequest.BodyPublishers.ofString(body)))
                .statusCode();
    }

    private JsonPath get(Client caller, String path) {
        return new JsonPath(send(caller, request(caller, path).GET()).body());
    }

    private static HttpRequest.Builder request(Client caller, String path) {
        return HttpRequest.newBuilder(URI.create(caller.baseUrl() + path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + caller.key());
    }

    private HttpResponse<String> send(Client caller, HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new IllegalStateException(caller.name(), failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private static void print(String what, List<Long> millis) {
        List<Long> sorted = millis.stream().sorted().toList();
        print(what + ": n=" + sorted.size() + " p50=" + sorted.get(sorted.size() / 2) + " p99="
                + sorted.get(sorted.size() * 99 / 100) + " max=" + sorted.get(sorted.size() - 1) + " ms");
    }

    private static void print(String line) {
        System.out.println("benchmark: " + line);
    }
}
