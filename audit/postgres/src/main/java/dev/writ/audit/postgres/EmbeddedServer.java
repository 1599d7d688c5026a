package dev.writ.audit.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The server process of one folder. All methods are called with the folder's lock held. */
final class EmbeddedServer {

    static final String DATA = "data";

    private static final String ADMINISTRATOR = "postgres";
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PORTS_TRIED = 3;
    private static final int PORTS_LOOKED_AT = 1000;
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 32_000;

    // On the command line they win over whatever ALTER SYSTEM says.
    private static final Map<String, String> SETTINGS = Map.of(
            "listen_addresses", LOOPBACK,
            "unix_socket_directories", "", // no socket file anybody else could reach, nor one with too long a path
            "fsync", "on",
            "full_page_writes", "on",
            "synchronous_commit", "on",
            "max_wal_size", "2GB");

    private final Path folder;
    private final Path data;
    private final ServerBinaries binaries;
    private final String password;

    EmbeddedServer(Path folder, ServerBinaries binaries, String password) {
        this.folder = folder;
        this.data = folder.resolve(DATA);
        this.binaries = binaries;
        this.password = password;
    }

    /** Adopts the server that runs on this folder, or starts it; tells where it is. */
    DatabaseUrl ensureRunning(FolderUsers users) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Optional<PostmasterFile> running = PostmasterFile.read(data);
        while (running.isPresent() && running.get().isAlive(data)) {
            Optional<DatabaseUrl> answering = answering(running.get());
            if (answering.isPresent()) {
                return answering.get();
            }
            // It is starting, recovering from a crash, or stopping.
            requireBefore(deadline);
            pause();
            running = PostmasterFile.read(data);
        }
        if (running.isPresent()) {
            if (!users.isAlone()) {
                throw new DatabaseException("another process uses " + folder + ", but its database does not run here;"
                        + " stop that process first");
            }
            PostmasterFile.delete(data);
        }
        return start();
    }

    /** Lets sessions go and stops it. */
    void stop() throws IOException {
        Optional<PostmasterFile> running = PostmasterFile.read(data);
        if (running.isPresent() && running.get().isAlive(data)) {
            try {
                run(List.of("pg_ctl", "-D", data.toString(), "-m", "fast", "-w", "-t", seconds(), "stop"));
            } catch (DatabaseException refused) {
                // It may have ended by itself meanwhile, which is what was asked for.
                if (running.get().isAlive(data)) {
                    throw refused;
                }
            }
        }
    }

    private DatabaseUrl start() throws IOException {
        if (!Files.exists(data)) {
            initialize();
        }
        Path portFile = folder.resolve("port");
        int port = Files.exists(portFile)
                ? Integer.parseInt(Files.readString(portFile).strip())
                : freePort();
        for (int attempt = 1; ; attempt++) {
            try {
                run(List.of(
                        "pg_ctl",
                        "-D",
                        data.toString(),
                        "-l",
                        log().toString(),
                        "-w",
                        "-t",
                        seconds(),
                        "-o",
                        options(port),
                        "start"));
                Folders.writePrivate(portFile, Integer.toString(port));
                return url(port);
            } catch (DatabaseException failed) {
                if (attempt == PORTS_TRIED || isFree(port)) {
                    throw failed;
                }
                port = freePort();
            }
        }
    }

    private void initialize() throws IOException {
        Path unfinished = folder.resolve("data.new");
        Folders.delete(unfinished);
        run(List.of(
                "initdb",
                "-D",
                unfinished.toString(),
                "--username=" + ADMINISTRATOR,
                "--pwfile=" + folder.resolve("password"),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8"));
        // Last, so that what has the final name is complete.
        Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
    }

    private Optional<DatabaseUrl> answering(PostmasterFile running) {
        DatabaseUrl url = url(running.port());
        try {
            return Path.of(Databases.show(url, "data_directory")).equals(data) ? Optional.of(url) : Optional.empty();
        } catch (SQLException notYet) {
            if (Databases.isWrongPassword(notYet)) {
                throw new DatabaseException(
                        "the password in " + folder.resolve("password") + " is not the one of the database beside it",
                        notYet);
            }
            return Optional.empty();
        }
    }

    private DatabaseUrl url(int port) {
        return new DatabaseUrl(
                LOOPBACK, port, "postgres", ADMINISTRATOR, password, DatabaseUrl.SslMode.DISABLE, Optional.empty());
    }

    private void run(List<String> command) throws IOException {
        String name = command.get(0);
        List<String> arguments = command.subList(1, command.size());
        List<String> full = UnprivilegedUser.owning(folder)
                .command(Stream.concat(Stream.of(binaries.command(name).toString()), arguments.stream())
                        .toList());
        Path output = folder.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(full)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                // Not a pipe: the server would inherit it and hold it open.
                .redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        try {
            if (builder.start().waitFor() != 0) {
                throw new DatabaseException("PostgreSQL's " + name + " failed: " + lastComplaint(output));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for PostgreSQL's " + name, interrupted);
        }
    }

    /** The server says what is wrong in its own log; the command that starts it says only that something is. */
    private String lastComplaint(Path output) throws IOException {
        for (Path file : List.of(log(), output)) {
            if (Files.exists(file)) {
                try (Stream<String> lines = Files.lines(file)) {
                    Optional<String> complaint = lines.filter(
                                    line -> line.contains("FATAL:") || line.contains("error:"))
                            .reduce((first, second) -> second);
                    if (complaint.isPresent()) {
                        return complaint.get() + " (see " + file + ")";
                    }
                }
            }
        }
        return "see " + output;
    }

    private Path log() {
        return folder.resolve("server.log");
    }

    private static String options(int port) {
        return Stream.concat(
                        Stream.of("-p " + port),
                        SETTINGS.entrySet().stream()
                                .map(setting -> "-c " + setting.getKey() + "=" + setting.getValue()))
                .collect(Collectors.joining(" "));
    }

    private static String seconds() {
        return Long.toString(PATIENCE.toSeconds());
    }

    private void requireBefore(long deadline) {
        if (System.nanoTime() - deadline > 0) {
            throw new DatabaseException("the database in " + folder + " runs but does not answer; see " + log());
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(50);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for PostgreSQL", interrupted);
        }
    }

    /** Below the ports that systems lend to clients: one that looks for a stopped server there could be connected to itself. */
    private static int freePort() {
        return ThreadLocalRandom.current()
                .ints(FIRST_PORT, LAST_PORT)
                .limit(PORTS_LOOKED_AT)
                .filter(EmbeddedServer::isFree)
                .findFirst()
                .orElseThrow(() -> new DatabaseException("no port between " + FIRST_PORT + " and " + LAST_PORT
                        + " is free for the embedded database; end what listens there, or configure a database"));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
