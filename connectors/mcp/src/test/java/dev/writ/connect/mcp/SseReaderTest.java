package dev.writ.connect.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SseReaderTest {

    private final List<String> heard = new ArrayList<>();
    private final SseReader reader = new SseReader(100, new SseReader.Sink() {
        @Override
        public void event(byte[] data) {
            heard.add(new String(data, StandardCharsets.UTF_8));
        }

        @Override
        public void retry(long millis) {
            heard.add("retry " + millis);
        }
    });

    @ParameterizedTest
    @ValueSource(
            strings = {
                ": hello\nid: 7\nevent: message\ndata: a\ndata:b\n\n",
                ": hello\r\nid: 7\r\nevent: message\r\ndata: a\r\ndata:b\r\n\r\n",
                ": hello\rid: 7\revent: message\rdata: a\rdata:b\r\r"
            })
    void readsEventsWhateverEndsALineAndHoweverTheyAreCut(String stream) {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        for (byte unit : bytes) {
            assertThat(reader.read(Buffer.buffer(new byte[] {unit}))).isTrue();
        }
        assertThat(reader.read(Buffer.buffer(bytes))).isTrue();
        assertThat(heard).containsExactly("a\nb", "a\nb");
        assertThat(reader.lastId()).contains("7");
    }

    @Test
    void hearsWhenToComeBackAndTakesAnEmptyEventForNone() {
        reader.read(Buffer.buffer("id: 1\nretry: 500\nretry: soon\ndata:\n\n"));
        assertThat(heard).containsExactly("retry 500");
        assertThat(reader.lastId()).contains("1");
    }

    @Test
    void refusesAnEventThatIsTooLongHoweverItIsMade() {
        assertThat(reader.read(Buffer.buffer("data: " + "x".repeat(100)))).isFalse();
    }

    @Test
    void refusesAnEventOfManyLines() {
        assertThat(reader.read(Buffer.buffer("data: 12345678\n".repeat(20)))).isFalse();
    }
}
