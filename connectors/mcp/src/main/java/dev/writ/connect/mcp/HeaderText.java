package dev.writ.connect.mcp;

import dev.writ.connect.net.HeaderRules;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Values that MCP 2026-07-28 mirrors from a request's body into its headers. */
final class HeaderText {

    private static final String SENTINEL = "=?base64?";

    private HeaderText() {}

    /** What no header can hold as it is goes in Base64 (2026-07-28, Streamable HTTP, Value Encoding). */
    static String encode(String value) {
        if (HeaderRules.isValue(value) && !value.startsWith(SENTINEL)) {
            return value;
        }
        return SENTINEL + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)) + "?=";
    }
}
