package dev.writ.gateway.mcp;

import dev.writ.model.JsonObject;
import io.vertx.core.MultiMap;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The headers of a request that mean something to MCP, each of which may be sent once. */
record Headers(MultiMap values) {

    static final String VERSION = "MCP-Protocol-Version";
    static final String SESSION = "Mcp-Session-Id";
    static final String METHOD = "Mcp-Method";
    static final String NAME = "Mcp-Name";

    private static final String ENCODED = "=?base64?";
    private static final String ENCODED_END = "?=";

    /** Without white space around it. */
    Optional<String> get(String name) {
        List<String> all = values.getAll(name);
        if (all.size() > 1) {
            throw mismatch(name + " is sent more than once.");
        }
        return all.stream().findFirst().map(String::strip);
    }

    /** What intermediaries route by has to be what is done: 26:basic/transports/streamable-http. */
    void requireSame(String method, JsonObject params) {
        requireSame(METHOD, Optional.of(method));
        requireSame(
                NAME,
                switch (method) {
                    case "tools/call", "prompts/get" -> params.text("name");
                    case "resources/read" -> params.text("uri");
                    case "tasks/get", "tasks/update", "tasks/cancel" -> params.text("taskId");
                    default -> Optional.empty();
                });
    }

    private void requireSame(String name, Optional<String> inBody) {
        inBody.ifPresent(said -> {
            String header = get(name)
                    .map(value -> decoded(name, value))
                    .orElseThrow(() -> mismatch(name + " is missing; send in it what the body says."));
            if (!header.equals(said)) {
                throw mismatch(name + " is not what the body says.");
            }
        });
    }

    private static String decoded(String name, String value) {
        if (!value.startsWith(ENCODED) || !value.endsWith(ENCODED_END) || value.length() < ENCODED.length() + 2) {
            return value;
        }
        String encoded = value.substring(ENCODED.length(), value.length() - ENCODED_END.length());
        try {
            // Without padding where there should be some, it is not base64 (RFC 4648 3.2).
            if (encoded.length() % 4 != 0) {
                throw mismatch(name + " is not well-formed base64.");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(encoded)))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException malformed) {
            throw mismatch(name + " is not well-formed base64.");
        }
    }

    static McpException mismatch(String message) {
        return McpException.unfit(McpException.HEADER_MISMATCH, message);
    }
}
