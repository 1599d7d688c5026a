package dev.writ.connect.mcp;

import dev.writ.model.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** How the gateway names itself to servers. */
final class ClientInfo {

    static final String VERSION = version();

    /** RFC 9110 10.1.5. */
    static final String USER_AGENT = "writ/" + VERSION;

    /** MCP {@code Implementation}. */
    static final JsonObject JSON =
            JsonObject.builder().put("name", "writ").put("version", VERSION).build();

    private ClientInfo() {}

    private static String version() {
        try (InputStream text = Objects.requireNonNull(ClientInfo.class.getResourceAsStream("version.txt"))) {
            return new String(text.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
