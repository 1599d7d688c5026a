package dev.writ.gateway.mcp;

import static org.awaitility.Awaitility.await;

import dev.writ.gateway.Client;
import dev.writ.gateway.Fixture;
import dev.writ.gateway.GatewayProcess;
import dev.writ.gateway.Ports;
import io.restassured.response.Response;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What Writ adds to an allowed {@code tools/call}: the same call of the same server, directly and through {@code /mcp}, in turns, in one run.
 * docs/performance.md has the command. Every answer is looked at: calls that the log had no time for are counted, any other that is
 * not as it should be ends it.
 */
public final class McpOverheadBenchmark {

    private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 5);
    private static final int SECONDS = Integer.getInteger("benchmark.seconds", 8);
    private static final int RATE = Integer.getInteger("benchmark.rate", 200);
    private static final int AGENTS = Integer.getInteger("benchmark.agents", 1);
    private static final int AT_ONCE = Integer.getInteger("benchmark.at-once", 64);
    private static final int WARM = Integer.getInteger("benchmark.warm", 20);
    private static final Pattern SUM = Pattern.compile("writ_station_seconds_sum\\{station=\"(\\w+)\"} (\\S+)");
    private static final Pattern COUNT = Pattern.compile("writ_station_seconds_count\\{station=\"(\\w+)\"} (\\S+)");

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context loop = vertx.getOrCreateContext();
    private final HttpClient http = vertx.createHttpClient(new HttpClientOptions()
            .setMaxPoolSize(4 * AT_ONCE)
            .setTcpNoDelay(true)
            .setKeepAliveTimeout(300));
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /** Where calls go, and with whose keys. */
    private record Way(int port, String tool, List<String> keys) {}

    /** Nanoseconds in ascending order. */
    private record Times(List<Long> sorted) {

        double millis(double share) {
            return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * share))) / 1e6;
        }
    }

    /** Both ways at that rate, and as fast as they go. */
    private record Round(Times direct, Times through, double directPerSecond, double throughPerSecond) {}

    private McpOverheadBenchmark() {}

    /**
     * Runs it, in the folder of the packaged gateway's module.
     *
     * @param arguments none; system properties change what it does
     */
    public static void main(String... arguments) throws IOException {
        Path home = Files.createTempDirectory(Path.of("target"), "overhead-");
        int port = Ports.free();
        Process server = quickServer(port);
        McpOverheadBenchmark benchmark = new McpOverheadBenchmark();
        try (GatewayProcess gateway = GatewayProcess.start(home)) {
            print("fsync of 8 KiB beside the database: %s".formatted(quantiles(fsync(home))));
            benchmark.run(gateway, Fixture.of(gateway.url(), home), port);
        } finally {
            server.destroy();
            benchmark.vertx.close();
        }
    }

    private void run(GatewayProcess gateway, Fixture fixture, int port) {
        Way direct = new Way(port, "note", List.of(""));
        Way through = through(fixture, gateway, port);
        // A cold JVM on a busy machine needs more than the log's two seconds for that many at once.
        saturate(direct, 4, WARM / 4);
        saturate(through, 4, WARM / 2);
        saturate(through, AT_ONCE, WARM / 2);
        refused.set(0);
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            Map<String, Station> before = stations(fixture);
            Round slow = inTurns(direct, through);
            Map<String, Station> after = stations(fixture);
            double alone = saturate(direct, AT_ONCE, SECONDS / 2);
            rounds.add(new Round(slow.direct(), slow.through(), alone, saturate(through, AT_ONCE, SECONDS)));
            print(rounds.get(i));
            print("  means: "
                    + after.entrySet().stream()
                            .map(station ->
                                    station.getKey() + " " + station.getValue().since(before.get(station.getKey())))
                            .collect(Collectors.joining(", ")));
        }
        print(
                "medians of %d rounds at %d/s: added p50 %.2f ms, p99 %.2f ms; at saturation %.0f/s through, %.0f/s direct"
                        .formatted(
                                ROUNDS,
                                RATE,
                                median(rounds, round -> added(round, 0.5)),
                                median(rounds, round -> added(round, 0.99)),
                                median(rounds, Round::throughPerSecond),
                                median(rounds, Round::directPerSecond)));
        print(refused + " calls were refused since they could not be recorded in time");
    }

    private static Way through(Fixture fixture, GatewayProcess gateway, int port) {
        Response registered = fixture.operator.post(
                "/v1/connectors",
                Map.of(
                        "name",
                        "quick",
                        "kind",
                        "mcp",
                        "url",
                        "http://127.0.0.1:" + port + "/mcp",
                        "allowPrivateAddresses",
                        true,
                        "maxConcurrent",
                        4 * AT_ONCE));
        registered.then().statusCode(201);
        fixture.activate("quick", "rule \"all\" when ToolCall() then allow(\"a benchmark\"); end");
        List<String> keys = IntStream.range(0, AGENTS)
                .mapToObj(i -> fixture.agent())
                .map(Client::key)
                .toList();
        return new Way(Integer.parseInt(gateway.url().replaceAll(".*:", "")), "quick__note", keys);
    }

    /** Calls at a fixed rate whether or not earlier ones were answered, one way and the other in turn, half an interval apart. */
    private Round inTurns(Way direct, Way through) {
        int count = RATE * SECONDS;
        List<CompletableFuture<Long>> one = new ArrayList<>();
        List<CompletableFuture<Long>> other = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < 2 * count; i++) {
            long due = start + i * 500_000_000L / RATE;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            (i % 2 == 0 ? one : other).add(call(i % 2 == 0 ? direct : through));
        }
        return new Round(times(one), times(other), 0, 0);
    }

    private static Times times(List<CompletableFuture<Long>> answers) {
        return new Times(answers.stream().map(CompletableFuture::join).sorted().toList());
    }

    /** So many at once, each followed by another as soon as it is answered; gives the calls answered in a second. */
    private double saturate(Way way, int atOnce, int seconds) {
        long start = System.nanoTime();
        long end = start + seconds * 1_000_000_000L;
        AtomicLong answered = new AtomicLong();
        CompletableFuture.allOf(IntStream.range(0, atOnce)
                        .mapToObj(i -> onward(way, end, answered))
                        .toArray(CompletableFuture[]::new))
                .join();
        return answered.get() * 1e9 / (System.nanoTime() - start);
    }

    private CompletableFuture<Void> onward(Way way, long end, AtomicLong answered) {
        return call(way).thenCompose(took -> {
            answered.incrementAndGet();
            return System.nanoTime() < end ? onward(way, end, answered) : CompletableFuture.<Void>completedFuture(null);
        });
    }

    /** One call; gives the nanoseconds until it was answered. */
    private CompletableFuture<Long> call(Way way) {
        long id = ids.incrementAndGet();
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(way.port())
                .setURI("/mcp")
                .putHeader("Accept", "application/json, text/event-stream")
                .putHeader("Content-Type", "application/json")
                .putHeader("MCP-Protocol-Version", McpClient.MODERN)
                .putHeader("Mcp-Method", "tools/call")
                .putHeader("Mcp-Name", way.tool())
                .putHeader(
                        "Authorization",
                        "Bearer " + way.keys().get((int) (id % way.keys().size())));
        Buffer body = Buffer.buffer("""
                {"jsonrpc":"2.0","id":%1$d,"method":"tools/call","params":{"name":"%2$s",
                 "arguments":{"text":"note %1$d","customer":"cus-%1$d","urgent":false},
                 "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
                 "io.modelcontextprotocol/clientInfo":{"name":"benchmark","version":"1"},
                 "io.modelcontextprotocol/clientCapabilities":{}}}}""".formatted(id, way.tool()));
        CompletableFuture<Long> took = new CompletableFuture<>();
        long start = System.nanoTime();
        // There, since an answer that comes while another thread still asks for its body is lost.
        loop.runOnContext(there -> http.request(request)
                .compose(sending -> sending.send(body))
                .compose(HttpClientResponse::body)
                .onSuccess(text -> {
                    if (text.toString().contains("noted note " + id)) {
                        took.complete(System.nanoTime() - start);
                    } else if (text.toString().contains("urn:writ:problem:audit-")) {
                        refused.incrementAndGet();
                        took.complete(System.nanoTime() - start);
                    } else {
                        took.completeExceptionally(new IllegalStateException(text.toString()));
                    }
                })
                .onFailure(took::completeExceptionally));
        return took;
    }

    private static Process quickServer(int port) throws IOException {
        String classes = System.getProperty("java.class.path");
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        classes,
                        QuickServer.class.getName(),
                        Integer.toString(port))
                .inheritIO()
                .start();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            try (Socket open = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return open.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        });
        return server;
    }

    /** What a commit waits for at the least, here and now. */
    private static Times fsync(Path home) {
        Path file = home.resolve("fsync-probe");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            List<Long> took = LongStream.range(0, 500)
                    .map(i -> {
                        long start = System.nanoTime();
                        try {
                            channel.write(ByteBuffer.allocate(8192), i % 64 * 8192);
                            channel.force(false);
                        } catch (IOException failed) {
                            throw new UncheckedIOException(failed);
                        }
                        return System.nanoTime() - start;
                    })
                    .sorted()
                    .boxed()
                    .toList();
            Files.delete(file);
            return new Times(took);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Seconds spent in a station of the path so far, and how often. */
    private record Station(double seconds, double count) {

        String since(@Nullable Station before) {
            Station from = before == null ? new Station(0, 0) : before;
            return "%.3f ms".formatted(1000 * (seconds - from.seconds) / Math.max(1, count - from.count));
        }
    }

    private static Map<String, Station> stations(Fixture fixture) {
        String metrics = fixture.auditor.get("/q/metrics").asString();
        Map<String, Double> counts = found(COUNT, metrics);
        Map<String, Station> stations = new TreeMap<>();
        found(SUM, metrics)
                .forEach((name, seconds) -> stations.put(name, new Station(seconds, counts.getOrDefault(name, 1.0))));
        return stations;
    }

    private static Map<String, Double> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .collect(Collectors.toMap(found -> found.group(1), found -> Double.valueOf(found.group(2))));
    }

    private static double added(Round round, double share) {
        return round.through().millis(share) - round.direct().millis(share);
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> of) {
        double[] sorted = rounds.stream().mapToDouble(of).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static String quantiles(Times times) {
        return "p50 %.2f p99 %.2f ms".formatted(times.millis(0.5), times.millis(0.99));
    }

    private static void print(Round round) {
        print("direct %s, through %s, added p50 %.2f p99 %.2f ms; saturation %.0f/s direct, %.0f/s through; load %.1f"
                .formatted(
                        quantiles(round.direct()),
                        quantiles(round.through()),
                        added(round, 0.5),
                        added(round, 0.99),
                        round.directPerSecond(),
                        round.throughPerSecond(),
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
    }

    private static void print(String line) {
        System.out.println("benchmark: " + line);
    }
}
