package dev.writ.connect.mcp;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads events of one stream, piece by piece.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML, server-sent events</a>
 */
final class SseReader {

    /** What is read. */
    interface Sink {
        void event(byte[] data);

        void retry(long millis);
    }

    private static final int LONGEST_ID = 1024;

    private final int maxEventBytes;
    private final Sink sink;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private boolean hasData;
    private boolean afterReturn;
    private Optional<String> lastId = Optional.empty();

    SseReader(int maxEventBytes, Sink sink) {
        this.maxEventBytes = maxEventBytes;
        this.sink = sink;
    }

    /** Of the last event that had one. */
    Optional<String> lastId() {
        return lastId;
    }

    /**
     * Reads on.
     *
     * @return whether the event is no longer than allowed
     */
    boolean read(Buffer chunk) {
        byte[] bytes = chunk.getBytes();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte unit = bytes[i];
            if (unit == '\n' && afterReturn) {
                afterReturn = false;
                start = i + 1;
            } else if (unit == '\n' || unit == '\r') {
                line.write(bytes, start, i - start);
                start = i + 1;
                afterReturn = unit == '\r';
                endOfLine();
            } else {
                afterReturn = false;
            }
            if (line.size() + data.size() + (i + 1 - start) > maxEventBytes) {
                return false;
            }
        }
        line.write(bytes, start, bytes.length - start);
        return true;
    }

    private void endOfLine() {
        byte[] bytes = line.toByteArray();
        line.reset();
        if (bytes.length == 0) {
            dispatch();
            return;
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int colon = text.indexOf(':');
        String field = colon < 0 ? text : text.substring(0, colon);
        int value = colon < 0 ? bytes.length : colon + 1;
        if (value < bytes.length && bytes[value] == ' ') {
            value++;
        }
        switch (field) {
            case "data" -> {
                if (hasData) {
                    data.write('\n');
                }
                hasData = true;
                data.write(bytes, value, bytes.length - value);
            }
            case "id" -> remember(text.substring(value));
            case "retry" -> retry(text.substring(value));
            default -> {
                // Comments, and names of events: MCP has one kind only.
            }
        }
    }

    private void remember(String id) {
        if (id.length() <= LONGEST_ID && id.chars().allMatch(unit -> unit >= 0x21 && unit <= 0x7e)) {
            lastId = id.isEmpty() ? Optional.empty() : Optional.of(id);
        }
    }

    private void retry(String millis) {
        if (millis.matches("[0-9]{1,9}")) {
            sink.retry(Long.parseLong(millis));
        }
    }

    private void dispatch() {
        byte[] event = data.toByteArray();
        boolean isEvent = hasData;
        data.reset();
        hasData = false;
        // An empty one only makes its id known (2025-11-25, priming event).
        if (isEvent && event.length > 0) {
            sink.event(event);
        }
    }
}
