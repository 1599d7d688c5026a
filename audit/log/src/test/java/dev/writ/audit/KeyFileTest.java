package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {

    @TempDir
    private Path directory;

    @Test
    void isMadeOnceForItsOwnerOnly() throws IOException {
        KeyFile file = KeyFile.at(path());
        assertThat(file.read()).isEmpty();

        assertThat(file.readOrCreate(() -> "secret")).isEqualTo("secret");

        assertThat(file.readOrCreate(() -> "another")).isEqualTo("secret");
        assertThat(KeyFile.at(path()).read()).contains("secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
        assertThat(Files.readString(path())).isEqualTo("secret\n");
    }

    @Test
    void manyAtOnceAgreeOnOneSecret() throws Exception {
        AtomicInteger made = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<String> reading = () -> KeyFile.at(path()).readOrCreate(() -> "secret " + made.incrementAndGet());
            List<Callable<String>> readings =
                    IntStream.range(0, 64).mapToObj(i -> reading).toList();
            for (Future<String> secret : threads.invokeAll(readings)) {
                assertThat(secret.get()).isEqualTo("secret 1");
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void manyProcessesAgreeOnOneSecret() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            processes.add(new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            KeyFileProcess.class.getName(),
                            path().toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }

        Set<String> secrets = new HashSet<>();
        for (Process process : processes) {
            secrets.add(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertThat(process.waitFor()).isZero();
        }

        assertThat(secrets).containsExactly(Files.readString(path()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rw---x---", "rwx------", "rw-rw-rw-"})
    void refusesAFileThatIsOpenToOthers(String permissions) throws IOException {
        KeyFile file = KeyFile.at(path());
        file.readOrCreate(() -> "secret");
        Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString(permissions));

        assertThatThrownBy(file::read)
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining(path().toString())
                .hasMessageContaining("chmod 600")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> file.readOrCreate(() -> "another")).isInstanceOf(KeyFileException.class);
    }

    @Test
    void readsAFileItMayNotWrite() throws IOException {
        KeyFile file = KeyFile.at(path());
        file.readOrCreate(() -> "secret");
        Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("r--------"));

        assertThat(file.read()).contains("secret");
    }

    @Test
    void leftoversOfAnInterruptedCreationDoNoHarm() throws IOException {
        Files.writeString(directory.resolve("log.key.new"), "half a sec");

        assertThat(KeyFile.at(path()).readOrCreate(() -> "secret")).isEqualTo("secret");
        assertThat(directory.resolve("log.key.new")).doesNotExist();
    }

    @Test
    void refusesAnEmptyFileAndAHugeOne() throws IOException {
        KeyFile file = KeyFile.at(path());
        file.readOrCreate(() -> "secret");
        Files.writeString(path(), "\n");
        assertThatThrownBy(file::read).isInstanceOf(KeyFileException.class).hasMessageContaining("empty");

        Files.writeString(path(), "x".repeat(70_000));
        assertThatThrownBy(file::read).isInstanceOf(KeyFileException.class).hasMessageContaining("too long");
    }

    @Test
    void saysWhichFileCannotBeWritten() {
        Path elsewhere = directory.resolve("no-such-directory").resolve("log.key");

        assertThatThrownBy(() -> KeyFile.at(elsewhere).readOrCreate(() -> "secret"))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining(elsewhere.toString());
    }

    @Test
    void makesNothingWhenTheSecretCannotBeMade() {
        assertThatThrownBy(() -> KeyFile.at(path()).readOrCreate(() -> {
                    throw new IllegalStateException("no entropy");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(path()).doesNotExist();
    }

    private Path path() {
        return directory.resolve("log.key");
    }
}
