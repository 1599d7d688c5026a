package dev.writ.gateway.mcp;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemMapper;
import dev.writ.gateway.wire.WireConfig;
import dev.writ.model.JsonException;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonNull;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import dev.writ.model.Role;
import io.quarkus.arc.Arc;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The endpoint. A route and not a resource, since it answers with streams, and has to know when a client leaves. Who calls, and whether
 * they ask too much, has been found out before it is reached.
 */
@ApplicationScoped
class McpRoute {

    static final String PATH = "/mcp";

    private static final Logger LOG = Logger.getLogger(McpRoute.class);

    private final Doors doors;
    private final Reception reception;
    private final Methods methods;
    private final ClientSessions sessions;
    private final OpenCalls open;
    private final Asks asks;
    private final McpConfig config;
    private final WireConfig wire;
    private final Streams streams;
    private final EventIds events;
    private final BrokenStreams broken;
    private final CurrentIdentityAssociation identities;

    McpRoute(
            Doors doors,
            Reception reception,
            Methods methods,
            ClientSessions sessions,
            OpenCalls open,
            Asks asks,
            McpConfig config,
            WireConfig wire,
            Streams streams,
            EventIds events,
            BrokenStreams broken,
            CurrentIdentityAssociation identities) {
        this.doors = doors;
        this.reception = reception;
        this.methods = methods;
        this.sessions = sessions;
        this.open = open;
        this.asks = asks;
        this.config = config;
        this.wire = wire;
        this.streams = streams;
        this.events = events;
        this.broken = broken;
        this.identities = identities;
    }

    void register(@Observes Router router) {
        router.route(PATH).handler(this::arrive);
    }

    private void arrive(RoutingContext http) {
        // Refusals are counted under it, as under a resource's template.
        ((HttpServerRequestInternal) http.request()).context().putLocal("UrlPathTemplate", PATH);
        SecurityIdentity caller = ((QuarkusHttpUser) http.user()).getSecurityIdentity();
        if (!caller.hasRole(Role.AGENT.text())) {
            http.fail(new ForbiddenException());
            return;
        }
        Optional<String> refusal = doors.refusal(http.request());
        Reply reply = new Reply(http.vertx(), http.request(), config.keepAlive());
        if (refusal.isPresent()) {
            http.request().resume();
            reply.end(
                    403,
                    Answers.error(
                            Optional.empty(),
                            McpException.of(McpException.INVALID_REQUEST, 403, refusal.get(), JsonObject.empty())));
        } else if (http.request().method().equals(HttpMethod.POST)) {
            receive(http, reply, caller);
        } else {
            http.request().resume();
            other(http, reply, caller);
        }
    }

    /** Only clients of 2025 end sessions, or ask for a stream that belongs to no request. */
    private void other(RoutingContext http, Reply reply, SecurityIdentity caller) {
        HttpMethod method = http.request().method();
        Headers headers = new Headers(http.request().headers());
        try {
            Optional<ClientSession> session = Reception.isModern(headers, JsonObject.empty())
                    ? Optional.empty()
                    : reception.session(headers, caller.getPrincipal().getName());
            if (session.isPresent() && method.equals(HttpMethod.DELETE)) {
                sessions.end(session.get());
                reply.end(204);
                return;
            }
            if (session.isPresent() && method.equals(HttpMethod.GET)) {
                become(caller);
                get(http, reply, session.get(), headers);
                return;
            }
        } catch (NoSessionException over) {
            reply.end(404, Answers.noSession());
            return;
        } catch (McpException unfit) {
            reply.end(unfit.status(), Answers.error(Optional.empty(), unfit));
            return;
        }
        reply.header("Allow", "POST");
        reply.end(405);
    }

    private void get(RoutingContext http, Reply reply, ClientSession session, Headers headers) {
        Context context = http.vertx().getOrCreateContext();
        if (EventIds.isAsked(headers)) {
            EventIds.Resumed resumed = events.resumed(session, headers);
            Visit visit = new Visit(resumed.asked(), reply, context, session.principal());
            reply.open();
            answer(visit, () -> broken.answer(visit, resumed.call()));
        } else {
            Asked asked = new Asked(
                    session.revision(),
                    JsonNull.NULL,
                    "",
                    JsonObject.empty(),
                    session.capabilities(),
                    Optional.of(session),
                    headers);
            Visit visit = new Visit(asked, reply, context, session.principal());
            Uni.createFrom().deferred(() -> streams.get(visit)).subscribe().with(over -> reply.end(200), failure -> {
                McpException error = error(failure);
                reply.end(Math.max(400, error.status()), Answers.error(Optional.empty(), error));
            });
        }
    }

    private void receive(RoutingContext http, Reply reply, SecurityIdentity caller) {
        HttpServerRequest request = http.request();
        String type = Optional.ofNullable(request.getHeader(HttpHeaders.CONTENT_TYPE))
                .orElse("")
                .toLowerCase(Locale.ROOT);
        if (!type.split(";", 2)[0].strip().equals("application/json")) {
            request.resume();
            reply.end(
                    415,
                    Answers.error(
                            Optional.empty(),
                            McpException.unfit(McpException.INVALID_REQUEST, "Send the message as application/json.")));
            return;
        }
        int limit = (int) Math.min(wire.maxJsonSize().asLongValue(), Integer.MAX_VALUE - 1);
        Buffer body = Buffer.buffer();
        request.handler(piece -> {
            if (body.length() + piece.length() > limit) {
                reply.header("Connection", "close");
                reply.end(
                        413,
                        Answers.error(
                                Optional.empty(),
                                McpException.unfit(McpException.INVALID_REQUEST, "Send a smaller message.")));
            } else {
                body.appendBuffer(piece);
            }
        });
        request.endHandler(complete -> {
            if (!reply.isOver()) {
                read(http, reply, caller, body.getBytes(), limit);
            }
        });
        request.resume();
    }

    private void read(RoutingContext http, Reply reply, SecurityIdentity caller, byte[] body, int limit) {
        Optional<JsonValue> id = Optional.empty();
        try {
            JsonValue value = JsonValue.parse(body, new JsonLimits(limit, wire.maxJsonDepth()));
            id = value instanceof JsonObject object ? object.get("id").filter(Message::isId) : Optional.empty();
            receive(Message.of(value), http, reply, caller);
        } catch (JsonException malformed) {
            reply.end(
                    400,
                    Answers.error(
                            id,
                            McpException.unfit(
                                    McpException.PARSE,
                                    ProblemMapper.of(malformed).detail())));
        } catch (McpException unfit) {
            reply.end(unfit.status(), Answers.error(id, unfit));
        } catch (NoSessionException over) {
            reply.end(404, Answers.noSession());
        }
    }

    private void receive(Message message, RoutingContext http, Reply reply, SecurityIdentity caller) {
        Headers headers = new Headers(http.request().headers());
        String principal = caller.getPrincipal().getName();
        if (message instanceof Message.Request request) {
            boolean isModern = Reception.isModern(headers, request.params());
            Asked asked = isModern ? reception.modern(request, headers) : reception.legacy(request, headers, principal);
            become(caller);
            Visit visit = new Visit(asked, reply, http.vertx().getOrCreateContext(), principal);
            answer(visit, () -> methods.answer(visit));
        } else if (message instanceof Message.Notification notification) {
            if (Reception.isModern(headers, notification.params())) {
                reception.requireModern(headers, notification.params());
            } else {
                Optional<ClientSession> session = reception.session(headers, principal);
                if (notification.method().equals("notifications/cancelled")) {
                    notification.params().get("requestId").ifPresent(id -> open.cancel(session, id));
                }
            }
            reply.end(202);
        } else if (message instanceof Message.Response response) {
            if (Reception.isModern(headers, JsonObject.empty())) {
                throw McpException.unfit(
                        McpException.INVALID_REQUEST, "Answers are sent with the request that is repeated.");
            }
            reception.session(headers, principal);
            asks.answered(principal, response.id(), response.body());
            reply.end(202);
        }
    }

    /** From here on, on this request's context, it is known who calls; it ends with the request. */
    private void become(SecurityIdentity caller) {
        VertxContextSafetyToggle.setCurrentContextSafe(true);
        Arc.container().requestContext().activate();
        identities.setIdentity(caller);
    }

    private void answer(Visit visit, Supplier<Uni<JsonObject>> method) {
        Uni.createFrom()
                .deferred(method::get)
                .subscribe()
                .with(
                        result -> visit.reply()
                                .end(200, Answers.result(visit.asked().id(), result)),
                        failure -> fail(visit, failure));
    }

    private static void fail(Visit visit, Throwable failure) {
        McpException error = error(failure);
        visit.reply()
                .end(error.status(), Answers.error(Optional.of(visit.asked().id()), error));
    }

    private static McpException error(Throwable failure) {
        return failure instanceof McpException known
                ? known
                : failure instanceof Problem problem ? PlainCalls.refused(problem) : internal(failure);
    }

    private static McpException internal(Throwable failure) {
        LOG.error("unexpected failure", failure);
        return McpException.of(
                McpException.INTERNAL,
                500,
                "Something went wrong in the gateway. Give its operator the time.",
                JsonObject.empty());
    }
}
