package dev.writ.audit.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PostgreSQL of a test's own, to be killed, filled up and set back. */
final class PrivateServer implements AutoCloseable {

    private static final Path CACHE = Path.of("target", "faults");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PASSWORD = "of the tests";

    private final Path folder;
    private final int port;
    private final Map<String, String> environment;
    private final List<String> settings = new ArrayList<>();
    private Optional<Process> running = Optional.empty();

    private PrivateServer(Path folder, Map<String, String> environment) throws IOException {
        this.folder = folder;
        this.environment = environment;
        port = freePort();
    }

    /**
     * Below the ports that systems give to whoever asks for any: while the server is down, who tries to reach it would sooner or later
     * be given its port, and be connected to itself.
     */
    private static int freePort() throws IOException {
        for (int i = 0; i < 1_000; i++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // Another one is tried.
            }
        }
        throw new IOException("no port is free");
    }

    /** Copies an empty data folder; nothing runs yet. */
    static PrivateServer in(Path folder, Map<String, String> environment) {
        try {
            Path template = template();
            Files.createDirectories(folder);
            copy(template.resolve("data"), folder.resolve("data"));
            return new PrivateServer(folder.toRealPath(), environment);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The same data and settings, as they are on the disk now, for another server. */
    PrivateServer copyTo(Path other) {
        try {
            Files.createDirectories(other);
            copy(data(), other.resolve("data"));
            Files.deleteIfExists(other.resolve("data").resolve("postmaster.pid"));
            return new PrivateServer(other.toRealPath(), Map.of());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    PrivateServer with(String setting, String value) {
        settings.add("-c");
        settings.add(setting + "=" + value);
        return this;
    }

    Path data() {
        return folder.resolve("data");
    }

    DatabaseUrl url() {
        return new DatabaseUrl(
                "127.0.0.1", port, "postgres", "postgres", PASSWORD, DatabaseUrl.SslMode.DISABLE, Optional.empty());
    }

    /** Starts it and waits until it answers. */
    PrivateServer start() {
        try {
            Files.deleteIfExists(data().resolve("postmaster.pid")); // nothing runs: see kill
            List<String> command = new ArrayList<>(List.of(
                    binaries().command("postgres").toString(),
                    "-D",
                    data().toString(),
                    "-p",
                    Integer.toString(port),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    "shared_buffers=32MB"));
            command.addAll(settings);
            ProcessBuilder builder = new ProcessBuilder(
                            UnprivilegedUser.owning(folder).command(command))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("server.log").toFile()));
            builder.environment().put("LC_ALL", "C");
            builder.environment().put("TZ", "UTC");
            builder.environment().putAll(environment);
            Process process = builder.start();
            running = Optional.of(process);
            awaitAnswer(process);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void awaitAnswer(Process process) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answers()) {
            if (System.nanoTime() - deadline > 0 || !process.isAlive()) {
                throw new DatabaseException(
                        "the server of the test does not start; see " + folder.resolve("server.log"));
            }
            pause();
        }
    }

    /** Waits until it answers again after a crash that it recovers from by itself. */
    void awaitRecovered() {
        awaitAnswer(running.orElseThrow());
    }

    private boolean answers() {
        try (Connection connection = Databases.connect(url())) {
            return Databases.ask(connection, "SELECT true");
        } catch (SQLException notYet) {
            return false;
        }
    }

    /** Kills the postmaster; what it has started notices and ends. */
    void killPostmaster() {
        List<ProcessHandle> children = children();
        running.orElseThrow().destroyForcibly();
        awaitEnd(children);
    }

    /** Kills everything at once. */
    void kill() {
        long postmaster = running.orElseThrow().pid();
        // Stopped, it starts nothing while its children are counted.
        signal("STOP", postmaster);
        List<ProcessHandle> children = children();
        children.forEach(ProcessHandle::destroyForcibly);
        running.orElseThrow().destroyForcibly();
        awaitEnd(children);
    }

    boolean isRunning() {
        return running.map(Process::isAlive).orElse(false);
    }

    /** Ends it at once without letting it write anything but what it must ({@code INT}), or asks it not even that ({@code QUIT}). */
    void stop(String signal) {
        List<ProcessHandle> children = children();
        signal(signal, running.orElseThrow().pid());
        awaitEnd(children);
    }

    static void signal(String signal, long process) {
        Tool.Result sent = Tool.run(Path.of("."), PATIENCE, List.of("kill", "-" + signal, Long.toString(process)));
        if (!sent.isSuccess()) {
            throw new IllegalStateException(sent.said());
        }
    }

    private List<ProcessHandle> children() {
        try (Stream<ProcessHandle> children = running.orElseThrow().children()) {
            return children.toList();
        }
    }

    private void awaitEnd(List<ProcessHandle> children) {
        try {
            running.orElseThrow().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (children.stream().anyMatch(PrivateServer::runs)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("the server's processes do not end");
            }
            pause();
        }
        running = Optional.empty();
    }

    /** Not so one that is dead and was not yet waited for. */
    private static boolean runs(ProcessHandle process) {
        try {
            return Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "cmdline")).length > 0;
        } catch (IOException gone) {
            return false;
        }
    }

    @Override
    public void close() {
        if (running.isPresent()) {
            kill();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static ServerBinaries binaries() throws IOException {
        Files.createDirectories(CACHE);
        return ServerBinaries.in(CACHE.toRealPath());
    }

    /** An empty data folder, made once. */
    private static synchronized Path template() throws IOException {
        Path template = CACHE.resolve("template");
        if (!Files.exists(template.resolve("data"))) {
            ServerBinaries binaries = binaries();
            Files.createDirectories(template);
            Path real = template.toRealPath();
            Files.writeString(real.resolve("password"), PASSWORD);
            Files.setPosixFilePermissions(real.resolve("password"), PosixFilePermissions.fromString("rw-------"));
            Folders.delete(real.resolve("data.new"));
            Tool.Result made = Tool.run(
                    real,
                    PATIENCE,
                    UnprivilegedUser.owning(real)
                            .command(List.of(
                                    binaries.command("initdb").toString(),
                                    "-D",
                                    real.resolve("data.new").toString(),
                                    "--username=postgres",
                                    "--pwfile=" + real.resolve("password"),
                                    "--auth=scram-sha-256",
                                    "--encoding=UTF8",
                                    "--locale=C")));
            if (!made.isSuccess()) {
                throw new DatabaseException(made.said());
            }
            Files.move(real.resolve("data.new"), real.resolve("data"));
        }
        return template;
    }

    private static void copy(Path from, Path to) {
        Tool.Result copied = Tool.run(Path.of("."), PATIENCE, List.of("cp", "-a", from.toString(), to.toString()));
        // A running server may remove a file meanwhile, which a backup allows for.
        if (!copied.isSuccess() && !Files.exists(to.resolve("PG_VERSION"))) {
            throw new DatabaseException(copied.said());
        }
    }
}
