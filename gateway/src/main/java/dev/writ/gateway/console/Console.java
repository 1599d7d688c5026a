package dev.writ.gateway.console;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemRoutes;
import dev.writ.gateway.problem.ProblemType;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What holds for everything under {@code /console}: the headers of each response, the form of each error, and where forms come from. */
@ApplicationScoped
class Console {

    static final String ROOT = "/console";

    /** Before authentication (200), whose refusals are pages too. */
    private static final int PRIORITY = 260;

    private static final String SITE = "Sec-Fetch-Site";
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
                    + " frame-ancestors 'none'; base-uri 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=()");

    private final ProblemPages problems;

    Console(ProblemPages problems) {
        this.problems = problems;
    }

    /** Whether the request is for the console. */
    static boolean covers(RoutingContext context) {
        String path = context.normalizedPath();
        return path.equals(ROOT) || path.startsWith(ROOT + "/");
    }

    static boolean isAsset(RoutingContext context) {
        return context.normalizedPath().startsWith(ROOT + "/static/");
    }

    void register(@Observes Filters filters) {
        filters.register(this::enter, PRIORITY);
    }

    private void enter(RoutingContext context) {
        if (!covers(context)) {
            context.next();
            return;
        }
        ProblemRoutes.tell(context, problem -> problems.told(problem, context));
        context.addHeadersEndHandler(ending -> {
            HEADERS.forEach(context.response()::putHeader);
            // An asset is asked for again, and mostly answered with 304: after an upgrade no page has an old one.
            context.response().putHeader(HttpHeaderNames.CACHE_CONTROL, isAsset(context) ? "no-cache" : "no-store");
        });
        if (READING.contains(context.request().method()) || isFromHere(context.request())) {
            context.next();
        } else {
            context.fail(new Problem(
                    ProblemType.FORBIDDEN,
                    "The form was sent from another site, or the browser does not say from where. Open the console and do it"
                            + " there. Nothing was done."));
        }
    }

    /** By what browsers say and pages cannot change. A browser that says neither is too old to be trusted. */
    private static boolean isFromHere(HttpServerRequest request) {
        MultiMap headers = request.headers();
        if (headers.contains(SITE)) {
            return headers.getAll(SITE).equals(List.of("same-origin"));
        }
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin == null || request.authority() == null) {
            return false;
        }
        try {
            return request.authority()
                    .toString()
                    .equalsIgnoreCase(URI.create(origin).getAuthority());
        } catch (IllegalArgumentException isNone) {
            return false;
        }
    }
}
