package dev.writ.gateway.problem;

import io.quarkus.security.AuthenticationException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.vertx.http.runtime.VertxHttpConfig;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;

/** Failures that never reach a resource become problem documents too. */
@ApplicationScoped
public class ProblemRoutes {

    private static final String SENT = ProblemRoutes.class.getName();
    private static final String WORDS = Words.class.getName();

    /** Among the last, but before Quarkus' own failure handler, which answers in HTML or its own JSON. */
    private static final int LATE = Integer.MAX_VALUE - 1;

    /** After admission, before Quarkus' own check, which answers without a body. */
    private static final int BODY_LIMIT_PRIORITY = 50;

    private final VertxHttpConfig http;

    ProblemRoutes(VertxHttpConfig http) {
        this.http = http;
    }

    void register(@Observes Router router) {
        router.route().order(LATE).failureHandler(ProblemRoutes::failed);
        for (int status : new int[] {400, 404, 405, 406, 413, 415}) {
            router.errorHandler(status, context -> send(context, ProblemMapper.ofStatus(status)));
        }
    }

    void register(@Observes Filters filters) {
        filters.register(this::limit, BODY_LIMIT_PRIORITY);
    }

    /** The problem that was sent as the response, if one was. */
    public static Optional<ProblemType> sent(RoutingContext context) {
        return Optional.ofNullable(context.get(SENT));
    }

    /** Tells whoever sent this request of any problem with it in those words. */
    public static void tell(RoutingContext context, Words words) {
        context.put(WORDS, words);
    }

    /** What is sent because of a problem: the problem document, or the words that this caller understands in its place. */
    static Words.Told tell(RoutingContext context, Problem problem) {
        context.put(SENT, problem.type());
        return context.get(WORDS, Words.DOCUMENT).of(problem);
    }

    private void limit(RoutingContext context) {
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null
                && http.limits().maxBodySize().isPresent()
                && Long.parseLong(length) > http.limits().maxBodySize().get().asLongValue()) {
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            send(context, ProblemMapper.ofStatus(ProblemType.TOO_LARGE.status()))
                    // What it says will still come is not waited for.
                    .onComplete(sent -> context.request().connection().close());
        } else {
            context.next();
        }
    }

    private static void failed(RoutingContext context) {
        Throwable failure = context.failure();
        if (failure instanceof AuthenticationException || failure instanceof UnauthorizedException) {
            send(context, ProblemMapper.ofStatus(401));
        } else if (failure instanceof ForbiddenException) {
            send(context, ProblemMapper.ofStatus(403));
        } else if (failure instanceof Problem problem) {
            send(context, problem);
        } else if (context.statusCode() >= 400 && context.statusCode() < 500) {
            send(context, ProblemMapper.ofStatus(context.statusCode()));
        } else {
            send(context, ProblemMapper.internal(failure));
        }
    }

    /** Asks for credentials. */
    public static void challenge(RoutingContext context) {
        send(context, ProblemMapper.ofStatus(401));
    }

    private static Future<Void> send(RoutingContext context, Problem problem) {
        if (context.response().ended() || context.response().headWritten()) {
            return Future.succeededFuture();
        }
        Words.Told told = tell(context, problem);
        if (!context.request().isEnded()) {
            // What is left of the body must not hold up the connection.
            context.request().resume();
        }
        context.response().setStatusCode(told.status());
        told.headers().forEach((name, value) -> context.response().putHeader(name, value));
        return context.response().end(Buffer.buffer(told.bytes()));
    }
}
