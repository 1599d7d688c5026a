package dev.writ.gateway.mcp;

import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;

/**
 * Tells which revision a message speaks, and checks what is the same for all methods, in the order that 2026-07-28 wants its errors in:
 * version, {@code _meta}, headers.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning">MCP versioning</a>
 */
@ApplicationScoped
class Reception {

    private static final Set<String> LEVELS =
            Set.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

    private final ClientSessions sessions;

    Reception(ClientSessions sessions) {
        this.sessions = sessions;
    }

    /** Whether it speaks 2026-07-28 or something later; a method's name alone tells nothing. */
    static boolean isModern(Headers headers, JsonObject params) {
        return headers.get(Headers.VERSION)
                        .filter(named -> !Revision.isLegacy(named))
                        .isPresent()
                || Asked.meta(params).get(Asked.VERSION).isPresent();
    }

    Asked modern(Message.Request request, Headers headers) {
        JsonObject params = request.params();
        requireModern(headers, params);
        JsonObject meta = Asked.meta(params);
        JsonObject capabilities = meta.object(Asked.CAPABILITIES)
                .orElseThrow(() -> missing(Asked.CAPABILITIES, "an object, {} if there are none"));
        meta.get(Asked.LOG_LEVEL).ifPresent(level -> {
            if (!(level instanceof JsonString text) || !LEVELS.contains(text.value())) {
                throw McpException.unfit(
                        McpException.INVALID_PARAMS, "'" + Asked.LOG_LEVEL + "' is a level of RFC 5424, such as info.");
            }
        });
        headers.requireSame(request.method(), params);
        return new Asked(
                Revision.V2026_07_28, request.id(), request.method(), params, capabilities, Optional.empty(), headers);
    }

    void requireModern(Headers headers, JsonObject params) {
        Optional<String> header = headers.get(Headers.VERSION);
        Optional<JsonValue> body = Asked.meta(params).get(Asked.VERSION);
        Optional<String> said = body.map(value -> {
            if (value instanceof JsonString text) {
                return text.value();
            }
            throw missing(Asked.VERSION, "a string");
        });
        if (said.isPresent() && header.isEmpty()) {
            throw Headers.mismatch(Headers.VERSION + " is missing; send in it what the body says.");
        }
        if (said.isPresent() && !said.equals(header)) {
            throw Headers.mismatch(Headers.VERSION + " is not what the body says.");
        }
        String version = header.orElseThrow();
        if (Revision.of(version).filter(Revision::isModern).isEmpty()) {
            throw McpException.unfit(
                    McpException.UNSUPPORTED_VERSION,
                    "This version is not spoken here in requests that name it themselves.",
                    JsonObject.builder()
                            .put("supported", Revision.modern())
                            .put("requested", version)
                            .build());
        }
        if (said.isEmpty()) {
            throw missing(Asked.VERSION, "a string");
        }
    }

    /** @throws NoSessionException if it names a session that there is not */
    Asked legacy(Message.Request request, Headers headers, String principal) {
        Optional<ClientSession> session = session(headers, principal);
        return new Asked(
                session.map(ClientSession::revision)
                        .or(() -> headers.get(Headers.VERSION).flatMap(Revision::of))
                        .orElse(Revision.V2025_06_18),
                request.id(),
                request.method(),
                request.params(),
                session.map(ClientSession::capabilities).orElseGet(JsonObject::empty),
                session,
                headers);
    }

    Optional<ClientSession> session(Headers headers, String principal) {
        return headers.get(Headers.SESSION)
                .map(token -> sessions.find(token, principal).orElseThrow(NoSessionException::new));
    }

    /**
     * Takes a level for the log of a session of 2025. What servers may say to it is up to their operator, and then it hears all of it,
     * since no replica would remember what it asked for.
     */
    static JsonObject level(Asked asked) {
        if (!LEVELS.contains(asked.text("level"))) {
            throw McpException.invalid("'level' is one of RFC 5424, such as info.");
        }
        return JsonObject.empty();
    }

    private static McpException missing(String key, String what) {
        return McpException.unfit(McpException.INVALID_PARAMS, "'_meta' needs '" + key + "': " + what + ".");
    }
}
