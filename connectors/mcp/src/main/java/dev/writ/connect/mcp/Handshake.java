package dev.writ.connect.mcp;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;

/**
 * Finds out what a server speaks: it is greeted in 2026-07-28, and where that is not understood, in the revisions before it.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning">MCP versioning</a>
 */
final class Handshake {

    private static final int UNSUPPORTED_VERSION = -32022;

    /** A program that knows nothing of 2026-07-28 may be silent, and the time has to do for both greetings. */
    private static final int SHARE = 3;

    private final McpConnectorSettings settings;
    private final Wire wire;
    private final Vertx vertx;
    private final Duration limit;
    private Optional<String> sessionId = Optional.empty();

    Handshake(McpConnectorSettings settings, Wire wire, Vertx vertx) {
        this.settings = settings;
        this.wire = wire;
        this.vertx = vertx;
        this.limit = settings.connectTimeout();
    }

    /** Fails with a {@link ServerException}. */
    Future<Session> shake() {
        if (settings.newest().filter(Protocol.LEGACY::contains).isPresent()) {
            return initialize();
        }
        Session modern = Session.unopened(wire, vertx, new Protocol.Modern());
        return discover(modern, false)
                .recover(cause -> isSilenceOrRefusal(cause) ? initialize() : Future.failedFuture(cause));
    }

    /** In the revisions before 2026-07-28. */
    Future<Session> initialize() {
        Session unopened = Session.unopened(wire, vertx, new Protocol.Legacy(Optional.empty(), Optional.empty()));
        JsonObject params = JsonObject.builder()
                .put(
                        "protocolVersion",
                        settings.newest().filter(Protocol.LEGACY::contains).orElse(Protocol.LEGACY.get(0)))
                .put("capabilities", settings.relay().forAllCallers())
                .put("clientInfo", ClientInfo.JSON)
                .build();
        return unopened.ask("initialize", params, Optional.empty(), limit, head -> sessionId = sessionId(head))
                .compose(greeting -> agree(unopened, greeting, sessionId));
    }

    private Future<Session> discover(Session modern, boolean again) {
        Duration share = settings.endpoint().fold(http -> limit, command -> limit.dividedBy(SHARE));
        return modern.ask("server/discover", JsonObject.empty(), share)
                .compose(greeting -> speaksModern(greeting, "supportedVersions")
                        ? Future.succeededFuture(modern.as(modern.protocol(), greeting))
                        : Future.<Session>failedFuture(ServerException.of(new Ending.Refused(400, Optional.empty()))))
                .recover(cause -> !again && asksForModern(cause) ? discover(modern, true) : Future.failedFuture(cause));
    }

    private static boolean asksForModern(Throwable cause) {
        return cause instanceof ServerException server
                && server.why()
                        .fold(
                                ended -> false,
                                failed -> failed.failure().code() == UNSUPPORTED_VERSION
                                        && failed.failure()
                                                .error()
                                                .object("data")
                                                .filter(data -> speaksModern(data, "supported"))
                                                .isPresent());
    }

    private static boolean speaksModern(JsonObject said, String member) {
        return said.array(member)
                .map(JsonArray::texts)
                .filter(versions -> versions.contains(Protocol.MODERN))
                .isPresent();
    }

    /** Older servers answer what they do not know with all kinds of errors, and programs also with silence. */
    private boolean isSilenceOrRefusal(Throwable cause) {
        boolean overHttp = settings.endpoint().fold(http -> true, command -> false);
        return cause instanceof ServerException server
                && server.why()
                        .fold(
                                ended -> ended.ending() instanceof Ending.Refused refused
                                        ? refused.status() != 401 && refused.status() != 403 && refused.status() < 500
                                        : ended.ending() instanceof Ending.Broken && !overHttp,
                                failed -> true);
    }

    private static Optional<String> sessionId(MultiMap head) {
        return Optional.ofNullable(head.get(Protocol.SESSION))
                .filter(id -> id.length() <= 1024 && id.chars().allMatch(unit -> unit >= 0x21 && unit <= 0x7e));
    }

    private Future<Session> agree(Session unopened, JsonObject greeting, Optional<String> session) {
        Optional<String> version = greeting.text("protocolVersion").filter(Protocol.LEGACY::contains);
        if (version.isEmpty()) {
            return Future.failedFuture(
                    ServerException.because("the server speaks no revision of MCP that Writ speaks"));
        }
        Session agreed = unopened.as(new Protocol.Legacy(version, session), greeting);
        return agreed.tell("notifications/initialized", JsonObject.empty()).compose(told -> wantLogs(agreed));
    }

    private Future<Session> wantLogs(Session agreed) {
        boolean logs = settings.relay().logging() && agreed.offers("logging");
        return logs
                ? agreed.ask(
                                "logging/setLevel",
                                JsonObject.builder().put("level", "debug").build(),
                                limit)
                        .map(set -> agreed)
                        .otherwise(agreed)
                : Future.succeededFuture(agreed);
    }
}
