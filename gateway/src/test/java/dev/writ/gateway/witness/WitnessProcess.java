package dev.writ.gateway.witness;

import static org.awaitility.Awaitility.await;

import dev.writ.audit.CosignerKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code writ witness} as a process of its own, on the loopback interface. */
final class WitnessProcess implements AutoCloseable {

    private final Process process;
    private final Path log;

    private WitnessProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static WitnessProcess start(Path home, int port, String logKey) {
        WitnessProcess witness = begin(home, port, logKey);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> witness.output().contains("ready") || !witness.process.isAlive());
        if (!witness.process.isAlive()) {
            throw new IllegalStateException("the witness ended at start: " + witness.output());
        }
        return witness;
    }

    /** What it says when it cannot start. */
    static String startInVain(Path home, int port, String logKey) {
        try (WitnessProcess witness = begin(home, port, logKey)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> !witness.process.isAlive());
            return witness.output();
        }
    }

    private static WitnessProcess begin(Path home, int port, String logKey) {
        try {
            Path log = Files.createTempFile(Path.of("target"), "witness-", ".log");
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-jar",
                            Path.of("target", "quarkus-app", "quarkus-run.jar").toString(),
                            "witness",
                            "--home",
                            home.toString(),
                            "--port",
                            Integer.toString(port),
                            "--log",
                            logKey))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new WitnessProcess(process, log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String output() {
        try {
            return Files.readString(log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The line for the policy file that it prints. */
    String policyLine() {
        return output().lines()
                .filter(line -> line.startsWith("witness "))
                .findFirst()
                .orElseThrow();
    }

    CosignerKey key() {
        return CosignerKey.parse(policyLine().split(" ", 4)[2]);
    }

    /** As a lost machine does. */
    void kill() {
        process.destroyForcibly();
        await().atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive());
    }

    /** Whether it ends by itself when it is asked to. */
    boolean stops() {
        process.destroy();
        try {
            return process.waitFor(60, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        if (!stops()) {
            process.destroyForcibly();
        }
    }
}
