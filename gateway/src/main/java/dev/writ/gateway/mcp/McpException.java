package dev.writ.gateway.mcp;

import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;

/** An error of JSON-RPC on its way to the client. Its message says what to do, and holds no argument. */
final class McpException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    static final int PARSE = -32700;
    static final int INVALID_REQUEST = -32600;
    static final int UNKNOWN_METHOD = -32601;
    static final int INVALID_PARAMS = -32602;
    static final int INTERNAL = -32603;
    static final int RESOURCE_NOT_FOUND_2025 = -32002;
    static final int HEADER_MISMATCH = -32020;
    static final int MISSING_CAPABILITY = -32021;
    static final int UNSUPPORTED_VERSION = -32022;

    private final int code;
    private final int status;
    private final String said;
    private final transient JsonObject data;

    private McpException(int code, int status, String message, JsonObject data) {
        super(message, null, false, false);
        this.code = code;
        this.status = status;
        this.said = message;
        this.data = data;
    }

    /** The request does not get as far as its method. */
    static McpException unfit(int code, String message) {
        return new McpException(code, 400, message, JsonObject.empty());
    }

    static McpException unfit(int code, String message, JsonObject data) {
        return new McpException(code, 400, message, data);
    }

    /** The request is well-formed, and what it asks for cannot be. */
    static McpException invalid(String message) {
        return new McpException(INVALID_PARAMS, 200, message, JsonObject.empty());
    }

    static McpException of(int code, int status, String message, JsonObject data) {
        return new McpException(code, status, message, data);
    }

    static McpException unknownMethod(Revision revision) {
        return new McpException(
                UNKNOWN_METHOD, revision.isModern() ? 404 : 200, "There is no such method here.", JsonObject.empty());
    }

    /** Of the response; see 26:basic/transports/streamable-http. */
    int status() {
        return status;
    }

    JsonObject error() {
        JsonObject.Builder error =
                JsonObject.builder().put("code", JsonNumber.of(code)).put("message", said);
        if (!data.members().isEmpty()) {
            error.put("data", data);
        }
        return error.build();
    }
}
