package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.GatewayProcess;
import dev.writ.gateway.Upstream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the pages of the console take at the server where a log is large and much waits: docs/performance.md has the command. Its name
 * keeps it out of the tests. Every page that another one links to is asked for, one of each kind.
 */
class ConsoleBenchmark {

    private static final int OPEN = Integer.getInteger("benchmark.escalations", 10_000);
    private static final int ENTRIES = Integer.getInteger("benchmark.entries", 1_000_000);
    private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 20);
    private static final int AGENTS = 20;
    private static final int AT_ONCE = 64;

    /** One in so many calls goes out. */
    private static final int EXECUTED = 50;

    private static final String RULES = """
            rule "payments wait" when ToolCall( tool == "bank.pay" )
            then escalate("a payment").to("finance").within("7d"); end
            rule "look" when ToolCall( tool == "bank.balance", text("id") != "closed" ) then allow("look"); end
            rule "closed accounts" when ToolCall( tool == "bank.balance", text("id") == "closed" )
            then deny("the account is closed"); end
            """;

    /** Allowed, escalated and denied. */
    private static final Set<Integer> ANSWERS = Set.of(200, 202, 403);

    private static final Pattern LINK = Pattern.compile("href=\"(/console[^\"#]*)");
    private static final Pattern DIGITS = Pattern.compile(".*\\d.*");

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger other = new AtomicInteger();

    @Test
    void everyPage(@TempDir Path home) throws Exception {
        try (Upstream upstream = Upstream.start();
                GatewayProcess gateway = GatewayProcess.start(home)) {
            Fixture fixture = Fixture.of(gateway.url(), home);
            fixture.register(upstream);
            fixture.activate(RULES);
            List<Client> agents =
                    IntStream.range(0, AGENTS).mapToObj(i -> fixture.agent()).toList();
            Client everybody = fixture.admin.issue(
                    "vera",
                    Map.of(
                            "roles",
                            List.of("approver", "auditor", "operator", "author", "reviewer", "admin"),
                            "groups",
                            List.of("finance")));
            Browser browser = Browser.of(everybody);
            print("page before", measured(browser, pages(browser)));

            submit(agents, OPEN, i -> "{\"tool\":\"bank.pay\",\"arguments\":{\"to\":\"acme\",\"amount\":" + i + "}}");
            while (size(fixture) < ENTRIES) {
                submit(agents, Math.min(50_000, ENTRIES), ConsoleBenchmark::look);
            }
            assertThat(other).hasValue(0);
            print("entries: " + size(fixture) + ", open: " + OPEN + ", used heap after GC: "
                    + (gateway.usedHeap() >> 20) + " MiB");
            print("page with them", measured(browser, pages(browser)));
        }
    }

    private static String look(int number) {
        return "{\"tool\":\"bank.balance\",\"arguments\":{\"id\":\""
                + (number % EXECUTED == 0 ? "account-" + number : "closed") + "\"}}";
    }

    private void submit(List<Client> agents, int count, IntFunction<String> body) throws InterruptedException {
        Semaphore room = new Semaphore(AT_ONCE);
        for (int i = 1; i <= count; i++) {
            room.acquire();
            Client agent = agents.get(i % AGENTS);
            var unused = http.sendAsync(
                            HttpRequest.newBuilder(URI.create(agent.baseUrl() + "/v1/tool-calls"))
                                    .timeout(Duration.ofSeconds(30))
                                    .header("Content-Type", "application/json")
                                    .header("Authorization", "Bearer " + agent.key())
                                    .POST(HttpRequest.BodyPublishers.ofString(body.apply(i)))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .whenComplete((answer, failed) -> {
                        room.release();
                        if (failed != null || !ANSWERS.contains(answer.statusCode())) {
                            other.incrementAndGet();
                        }
                    });
        }
        room.acquire(AT_ONCE);
    }

    private static int size(Fixture fixture) {
        return fixture.auditor.get("/v1/audit/entries?limit=1").jsonPath().getInt("entries[0].index") + 1;
    }

    /** One page of each kind that can be reached from the first one by links, by what they have in common. */
    private static Map<String, String> pages(Browser browser) {
        Map<String, String> pages = new TreeMap<>();
        Queue<String> found = new ArrayDeque<>(List.of("/console"));
        while (!found.isEmpty()) {
            String path = found.remove();
            if (pages.putIfAbsent(kind(path), path) == null) {
                var answer = browser.get(path);
                assertThat(answer.statusCode()).as(path).isLessThan(400);
                if (!answer.contentType().startsWith("text/html")) {
                    pages.remove(kind(path));
                    continue;
                }
                LINK.matcher(answer.asString())
                        .results()
                        .map(link -> link.group(1).replace("&amp;", "&"))
                        .forEach(found::add);
            }
        }
        return pages;
    }

    /** Its path without what names one thing, and the names of what is asked. */
    private static String kind(String link) {
        String[] parts = link.split("\\?", 2);
        String path = Arrays.stream(parts[0].split("/"))
                .map(part -> DIGITS.matcher(part).matches() ? "*" : part)
                .collect(Collectors.joining("/"));
        return parts.length == 1
                ? path
                : path
                        + Stream.of(parts[1].split("&"))
                                .map(asked -> asked.replaceAll("=.*", ""))
                                .sorted()
                                .collect(Collectors.joining("&", "?", ""));
    }

    private static Map<String, List<Long>> measured(Browser browser, Map<String, String> pages) {
        Map<String, List<Long>> micros = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            pages.forEach((kind, path) -> {
                long start = System.nanoTime();
                browser.get(path).asByteArray();
                micros.computeIfAbsent(kind, key -> new ArrayList<>())
                        .add(Duration.ofNanos(System.nanoTime() - start).toMillis());
            });
        }
        return micros;
    }

    private static void print(String what, Map<String, List<Long>> millis) {
        millis.entrySet().stream()
                .sorted(Comparator.comparing(
                        (Map.Entry<String, List<Long>> page) -> middle(page.getValue()), Comparator.reverseOrder()))
                .forEach(page -> print(what + ": p50=" + middle(page.getValue()) + " max="
                        + page.getValue().stream()
                                .max(Comparator.naturalOrder())
                                .orElseThrow() + " ms "
                        + page.getKey()));
    }

    private static long middle(List<Long> millis) {
        return millis.stream().sorted().toList().get(millis.size() / 2);
    }

    private static void print(String line) {
        System.out.println("benchmark: " + line);
    }
}
