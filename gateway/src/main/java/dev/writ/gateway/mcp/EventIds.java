package dev.writ.gateway.mcp;

import dev.writ.model.CallId;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Streams of 2025-11-25 that can be taken up again, by {@code Last-Event-ID}: those of calls of tools. The id of an event holds which call it
 * is, sealed for the session, and the answer is in the log, so that any replica goes on with it.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/transports">Resumability and Redelivery</a>
 */
@ApplicationScoped
class EventIds {

    private static final String HEADER = "Last-Event-ID";

    private final Seal seal;
    private final McpConfig config;

    EventIds(Seal seal, McpConfig config) {
        this.seal = seal;
        this.config = config;
    }

    /** Tells a client how to come back for the answer of that call, if it can. */
    void prime(Visit visit, CallId call) {
        Asked asked = visit.asked();
        asked.session()
                .filter(session -> visit.reply().takesEvents())
                .filter(session -> asked.revision() == Revision.V2025_11_25)
                .filter(session -> asked.method().equals("tools/call"))
                .ifPresent(session -> visit.reply()
                        .resumable(
                                seal.seal(
                                        Seal.Use.EVENT,
                                        JsonObject.builder()
                                                .put("call", call.toString())
                                                .put("session", session.id())
                                                .put("request", asked.id())
                                                .build()),
                                config.pollInterval()));
    }

    static boolean isAsked(Headers headers) {
        return headers.get(HEADER).isPresent();
    }

    /** The request that its client comes back for. Fails if there is none. */
    Resumed resumed(ClientSession session, Headers headers) {
        JsonObject event = headers.get(HEADER)
                .flatMap(id -> seal.open(Seal.Use.EVENT, id))
                .filter(known ->
                        known.text("session").filter(session.id()::equals).isPresent())
                .orElseThrow(EventIds::unknown);
        JsonValue request = event.get("request").orElseThrow();
        return new Resumed(
                event.text("call").orElseThrow(),
                new Asked(
                        session.revision(),
                        request,
                        "tools/call",
                        JsonObject.empty(),
                        session.capabilities(),
                        Optional.of(session),
                        headers));
    }

    /** @param call whose answer is wanted */
    record Resumed(String call, Asked asked) {}

    static McpException unknown() {
        return McpException.of(
                McpException.INVALID_REQUEST,
                400,
                "There is no stream of this session with that event. writ_call_status has the results of calls.",
                JsonObject.empty());
    }
}
