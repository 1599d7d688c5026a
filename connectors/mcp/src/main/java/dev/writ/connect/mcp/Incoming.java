package dev.writ.connect.mcp;

import dev.writ.model.JsonException;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonValue;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads what a server wrote. */
final class Incoming {

    private static final int MAX_DEPTH = 64;

    private final JsonLimits limits;

    Incoming(int maxBytes) {
        this.limits = new JsonLimits(maxBytes, MAX_DEPTH);
    }

    /** One read message. */
    record Read(Message message, Buffer bytes) {}

    /** Absent if it is none. */
    Optional<Message> message(byte[] text) {
        try {
            return Message.of(JsonValue.parseKeepingDigits(text, limits));
        } catch (JsonException unreadable) {
            return Optional.empty();
        }
    }

    /** One message, or several on a line each, as some servers have it; empty if any of it is none. */
    List<Read> body(byte[] text) {
        Optional<Message> one = message(text);
        if (one.isPresent()) {
            return List.of(new Read(one.get(), Buffer.buffer(text)));
        }
        List<Read> all = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length; i++) {
            if (i == text.length || text[i] == '\n') {
                byte[] line = Arrays.copyOfRange(text, start, i);
                start = i + 1;
                if (!isBlank(line)) {
                    Optional<Message> read = message(line);
                    if (read.isEmpty()) {
                        return List.of();
                    }
                    all.add(new Read(read.get(), Buffer.buffer(line)));
                }
            }
        }
        return all;
    }

    private static boolean isBlank(byte[] line) {
        for (byte unit : line) {
            if (unit != ' ' && unit != '\t' && unit != '\r') {
                return false;
            }
        }
        return true;
    }
}
