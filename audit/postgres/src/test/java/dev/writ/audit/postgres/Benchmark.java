package dev.writ.audit.postgres;

import dev.writ.audit.LogSigner;
import dev.writ.audit.MasterKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Measures the append path with several gateway processes on one database: 1 KiB leaves, 1 KiB encrypted inputs that other
 * replicas follow, two keys and all columns in each entry, all indexes, durable settings. One line for each process and load:
 *
 * <pre>{@code
 * mvn -q -pl audit/postgres -am -Pbenchmark -DskipTests test -Dbenchmark.processes=2 -Dbenchmark.seconds=8 \
 *     -Dbenchmark.loads=distinct,hot,one,1000,5000
 * }</pre>
 *
 * {@code distinct}, {@code hot} and {@code one} append as fast as they can with a history key per entry, with 100 of them, and
 * with a single one; a number is a rate per second over all processes, at which latencies count from when an append should have
 * started. Processes warm up first. It wants the machine for itself.
 */
final class Benchmark {

    private Benchmark() {}

    public static void main(String[] args) throws Exception {
        int processes = Integer.getInteger("benchmark.processes", 2);
        int seconds = Integer.getInteger("benchmark.seconds", 8);
        String[] loads = System.getProperty("benchmark.loads", "distinct,hot,one,1000,5000")
                .split(",", -1);
        try (EmbeddedDatabase server = EmbeddedDatabase.start(Path.of("target", "benchmark"))) {
            System.out.print(BenchmarkReplica.HEADING);
            for (String load : loads) {
                run(server.url(), load, processes, seconds);
            }
        }
    }

    private static void run(DatabaseUrl server, String load, int processes, int seconds) throws Exception {
        TestDatabase.execute(server, "DROP DATABASE IF EXISTS benchmark WITH (FORCE)", "CREATE DATABASE benchmark");
        DatabaseUrl writer = AuditSchema.prepare(server.database("benchmark"), TestDatabase.ROLE_SECRET)
                .writer();
        String signer =
                LogSigner.generate("example.com/benchmark", new SecureRandom()).privateKey();
        String master =
                HexFormat.of().formatHex(MasterKey.generate(new SecureRandom()).bytes());
        List<Process> replicas = new ArrayList<>();
        try {
            for (int i = 0; i < processes; i++) {
                replicas.add(start(load, processes, seconds, List.of(text(writer), signer, master, "replica-" + i)));
            }
            for (Process replica : replicas) {
                BufferedReader said =
                        new BufferedReader(new InputStreamReader(replica.getInputStream(), StandardCharsets.UTF_8));
                said.lines().forEach(System.out::println);
                replica.waitFor();
            }
        } finally {
            replicas.forEach(Process::destroyForcibly);
        }
    }

    private static Process start(String load, int processes, int seconds, List<String> secrets) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BenchmarkReplica.class.getName(),
                        load,
                        Integer.toString(processes),
                        Integer.toString(seconds))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (PrintStream to = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8)) {
            secrets.forEach(to::println);
        }
        return process;
    }

    private static String text(DatabaseUrl url) {
        return "postgresql://" + url.user() + ":" + url.password() + "@" + url.host() + ":" + url.port() + "/"
                + url.database() + "?sslmode=disable";
    }
}
