package dev.writ.audit.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that are there on some machines. */
final class Tool {

    private Tool() {}

    /** How a program ended, and what it said. */
    record Result(int code, String said) {

        boolean isSuccess() {
            return code == 0;
        }
    }

    /** Runs a program in a folder and waits for it; one that is not installed ends with 127. */
    static Result run(Path folder, Duration patience, List<String> command) {
        try {
            Path output = Files.createTempFile("writ-tool", ".log");
            try {
                return run(folder, patience, command, output);
            } finally {
                Files.delete(output);
            }
        } catch (IOException failed) {
            return new Result(127, String.valueOf(failed.getMessage()));
        }
    }

    private static Result run(Path folder, Duration patience, List<String> command, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Process process = builder.start();
        try {
            boolean isDone = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (!isDone) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            String said = Files.readString(output, StandardCharsets.UTF_8).strip();
            return isDone ? new Result(process.exitValue(), said) : new Result(124, "took too long: " + said);
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }
}
