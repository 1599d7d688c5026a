package dev.writ.audit.postgres;

import dev.writ.audit.LogSigner;
import dev.writ.audit.MasterKey;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Another process that appends to the log, until it is told to finish or killed, and tells what it was told was durable. */
final class Gateway implements AutoCloseable {

    private static final String READY = "ready";

    private final Process process;
    private final Thread listener;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final AtomicLong acknowledged = new AtomicLong();

    private Gateway(Process process, Load.Effect effect) {
        this.process = process;
        this.listener = new Thread(() -> listen(effect));
        listener.setDaemon(true);
        listener.start();
    }

    static Gateway start(
            DatabaseUrl writer,
            LogSigner signer,
            MasterKey master,
            String replica,
            Path highWaterMark,
            int inFlight,
            Load.Effect effect) {
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Gateway.class.getName(),
                            Integer.toString(inFlight))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            // Left open: it ends with the process that started it.
            PrintStream to = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
            to.println("postgresql://" + writer.user() + ":" + writer.password() + "@" + writer.host() + ":"
                    + writer.port() + "/" + writer.database() + "?sslmode=disable");
            to.println(signer.privateKey());
            to.println(HexFormat.of().formatHex(master.bytes()));
            to.println(replica);
            to.println(highWaterMark);
            return new Gateway(process, effect);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        DatabaseUrl writer = DatabaseUrl.parse(in.readLine());
        LogSigner signer = LogSigner.parse(in.readLine());
        MasterKey master = MasterKey.of(HexFormat.of().parseHex(in.readLine()));
        String replica = in.readLine();
        Path mark = Path.of(in.readLine());
        PostgresAuditLog log = PostgresAuditLog.open(
                        Vertx.vertx(),
                        new PostgresAuditLog.Settings(
                                writer,
                                replica,
                                signer,
                                master,
                                mark,
                                PostgresAuditLog.Limits.DEFAULT,
                                InstantSource.system(),
                                AuditMetrics.NONE))
                .await()
                .atMost(TestLog.SOON);
        System.out.println(READY);
        String name = replica + "/" + ProcessHandle.current().pid() + "/" + System.nanoTime();
        Load.on(log, name, Integer.parseInt(arguments[0]), (key, index) -> System.out.println(key + " " + index));
        while (in.read() >= 0) {
            // until the other side closes
        }
        System.exit(0);
    }

    private void listen(Load.Effect effect) {
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                int space = line.indexOf(' ');
                if (line.equals(READY)) {
                    ready.countDown();
                } else if (space > 0 && line.matches("decided/\\S+ \\d+")) {
                    effect.act(line.substring(0, space), Long.parseLong(line.substring(space + 1)));
                    acknowledged.incrementAndGet();
                }
            }
        } catch (IOException killed) {
            // What it said before is known.
        }
    }

    Gateway awaitReady() {
        try {
            if (!ready.await(TestLog.SOON.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("a gateway does not get ready");
            }
            return this;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    long acknowledged() {
        return acknowledged.get();
    }

    /** Kills it, and waits until all that it said is known. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
            listener.join(Duration.ofSeconds(30).toMillis());
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Kills it and leaves the listening to {@link #kill}. */
    void killAtOnce() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
