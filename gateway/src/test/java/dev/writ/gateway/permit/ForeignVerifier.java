package dev.writ.gateway.permit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that is not ours and checks permits. What it needs and is not there is told, not asked for. */
enum ForeignVerifier {
    NODE("node", "permit.mjs", "node main.mjs") {
        @Override
        Optional<String> prepare(Path folder) throws IOException {
            return need(folder, List.of("node", "--version"))
                    .or(() -> need(
                            folder,
                            List.of(
                                    "npm",
                                    "install",
                                    "--no-package-lock",
                                    "--ignore-scripts",
                                    "--no-audit",
                                    "--no-fund")));
        }
    },
    PYTHON("python", "permit.py", "env/bin/python main.py") {
        @Override
        Optional<String> prepare(Path folder) throws IOException {
            return need(folder, List.of("python3", "-m", "venv", "env"))
                    .or(() -> need(
                            folder, List.of("env/bin/python", "-m", "pip", "install", "-q", "-r", "requirements.txt")));
        }
    },
    GO("go", "permit.go", "./permits") {
        @Override
        Optional<String> prepare(Path folder) throws IOException {
            Optional<String> absence =
                    need(folder, List.of("go", "version")).or(() -> need(folder, List.of("go", "mod", "download")));
            if (absence.isEmpty()) {
                assertThat(need(
                                folder,
                                List.of("go", "build", "-buildvcs=false", "-mod=readonly", "-o", "permits", ".")))
                        .isEmpty();
            }
            return absence;
        }
    };

    private static final Path SOURCES = Path.of("src", "test", "verifiers");
    private static final Path BUILT = Path.of("target", "verifiers");

    private final String folder;
    private final String shown;
    private final String command;

    ForeignVerifier(String folder, String shown, String command) {
        this.folder = folder;
        this.shown = shown;
        this.command = command;
    }

    /** Gets it ready; tells why it cannot be had here. */
    abstract Optional<String> prepare(Path copy) throws IOException;

    /** The part that is in the documentation. */
    String shown() throws IOException {
        return Files.readString(SOURCES.resolve(folder).resolve(shown), StandardCharsets.UTF_8);
    }

    Optional<String> absence() throws IOException {
        Path copy = BUILT.resolve(folder);
        Files.createDirectories(copy);
        try (Stream<Path> files = Files.list(SOURCES.resolve(folder))) {
            for (Path file : files.toList()) {
                Files.write(copy.resolve(file.getFileName().toString()), Files.readAllBytes(file));
            }
        }
        return prepare(copy);
    }

    /** What it says of each line. */
    List<String> run(String jwks, List<String> lines) throws IOException {
        List<String> whole = new ArrayList<>(List.of(command.split(" ", -1)));
        whole.addAll(List.of(jwks, "https://writ.test", Mint.AUDIENCE));
        return Result.of(BUILT.resolve(folder), whole, String.join("\n", lines) + "\n")
                .said()
                .lines()
                .toList();
    }

    private static Optional<String> need(Path folder, List<String> command) {
        Result result = Result.of(folder, command, "");
        return result.code() == 0 ? Optional.empty() : Optional.of(String.join(" ", command) + ": " + result.said());
    }

    /** How a program ended, and what it said. */
    private record Result(int code, String said) {

        static Result of(Path folder, List<String> command, String input) {
            try {
                Path in = Files.writeString(Files.createTempFile("writ-permit", ".in"), input, StandardCharsets.UTF_8);
                Path out = Files.createTempFile("writ-permit", ".out");
                ProcessBuilder builder = new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile());
                builder.environment().putAll(Map.of("PYTHONUTF8", "1"));
                Process process = builder.start();
                boolean ended = process.waitFor(2, TimeUnit.MINUTES);
                if (!ended) {
                    process.destroyForcibly();
                }
                String said = Files.readString(out, StandardCharsets.UTF_8).strip();
                Files.delete(in);
                Files.delete(out);
                return new Result(ended ? process.exitValue() : 124, said);
            } catch (IOException missing) {
                return new Result(127, String.valueOf(missing.getMessage()));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return new Result(130, "interrupted");
            }
        }
    }
}
