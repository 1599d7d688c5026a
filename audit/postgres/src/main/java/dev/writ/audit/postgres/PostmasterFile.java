package dev.writ.audit.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a running server says of itself in its data folder; it stays there when the server is killed.
 *
 * @see <a href="https://www.postgresql.org/docs/current/storage-file-layout.html">postmaster.pid</a>
 */
record PostmasterFile(long process, int port) {

    private static final String NAME = "postmaster.pid";

    static Optional<PostmasterFile> read(Path data) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(data.resolve(NAME));
        } catch (NoSuchFileException notRunning) {
            return Optional.empty();
        }
        try {
            return Optional.of(new PostmasterFile(
                    Long.parseLong(lines.get(0).strip()),
                    Integer.parseInt(lines.get(3).strip())));
        } catch (IndexOutOfBoundsException | NumberFormatException halfWritten) {
            return Optional.of(new PostmasterFile(-1, 0));
        }
    }

    static void delete(Path data) throws IOException {
        Files.deleteIfExists(data.resolve(NAME));
    }

    /** Whether that process runs and is the server of that folder: the number of a dead one may be any other's by now. */
    boolean isAlive(Path data) throws IOException {
        if (process <= 0
                || ProcessHandle.of(process).filter(ProcessHandle::isAlive).isEmpty()) {
            return false;
        }
        Path commandLine = Path.of("/proc", Long.toString(process), "cmdline");
        if (Files.isReadable(commandLine)) {
            // Empty for one that is dead but was not yet waited for, which still counts as alive to the JDK.
            String arguments = new String(Files.readAllBytes(commandLine), StandardCharsets.UTF_8);
            return arguments.contains("/postgres\0-D\0" + data + "\0");
        }
        return ProcessHandle.of(process)
                .flatMap(handle -> handle.info().command())
                .map(command -> command.endsWith("/postgres"))
                .orElse(false);
    }
}
