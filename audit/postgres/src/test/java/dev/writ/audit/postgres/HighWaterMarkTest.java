package dev.writ.audit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HighWaterMarkTest {

    private static final Digest ROOT = Digest.of("a root".getBytes(StandardCharsets.US_ASCII));
    private static final Digest OTHER = Digest.of("another".getBytes(StandardCharsets.US_ASCII));

    @Test
    void isKeptAndNeverLowered(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("below").resolve("mark");
        try (HighWaterMark mark = HighWaterMark.open(file)) {
            assertThat(mark.read()).isEmpty();
            mark.raise(7, ROOT);
        }
        try (HighWaterMark again = HighWaterMark.open(file)) {
            again.raise(6, OTHER);
            assertThat(again.read()).contains(new HighWaterMark.Mark(7, ROOT));
            again.raise(1_000_000, OTHER);
            assertThat(again.read()).contains(new HighWaterMark.Mark(1_000_000, OTHER));
        }
    }

    @Test
    void staysAsItIsOnceItIsClosed(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mark");
        HighWaterMark mark = HighWaterMark.open(file);
        mark.raise(7, ROOT);
        mark.close();

        mark.raise(8, OTHER);

        assertThat(Files.readString(file)).startsWith("0000000000000000007 ");
    }

    @Test
    void refusesADamagedFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("mark"), "7\n");

        assertThatThrownBy(() -> HighWaterMark.open(file)).isInstanceOf(DatabaseException.class);
    }
}
