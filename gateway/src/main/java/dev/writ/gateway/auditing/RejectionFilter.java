package dev.writ.gateway.auditing;

import dev.writ.gateway.problem.ProblemRoutes;
import dev.writ.gateway.problem.ProblemType;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.Set;

/** Sees every response, whoever made it, and passes on those that refuse. */
@ApplicationScoped
class RejectionFilter {

    /** Before everything else that may refuse. */
    private static final int PRIORITY = 10_000;

    private static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.POST,
            HttpMethod.PUT,
            HttpMethod.PATCH,
            HttpMethod.DELETE,
            HttpMethod.OPTIONS);

    private final RejectedInputs rejected;

    RejectionFilter(RejectedInputs rejected) {
        this.rejected = rejected;
    }

    void register(@Observes Filters filters) {
        filters.register(
                context -> {
                    context.addEndHandler(ended -> look(context));
                    context.next();
                },
                PRIORITY);
    }

    private void look(RoutingContext context) {
        Optional<ProblemType> sent = ProblemRoutes.sent(context);
        // Whoever speaks another protocol may be told of a problem with another status.
        int status = sent.map(ProblemType::status).orElse(context.response().getStatusCode());
        if (status < 400 || status >= 500) {
            return;
        }
        ProblemType problem = sent.orElseGet(() -> ProblemType.ofStatus(status));
        // A denied call has an entry of its own.
        if (problem != ProblemType.DENIED) {
            rejected.add(new Rejection(who(context), problem.slug(), where(context)));
        }
    }

    private static String who(RoutingContext context) {
        return Optional.ofNullable(context.user())
                .map(user -> user.principal().getString("username", ""))
                .filter(name -> !name.isEmpty())
                .orElse(Rejection.ANONYMOUS);
    }

    /** The path as the resource declares it: what was sent in its place may be anything. */
    private static String where(RoutingContext context) {
        HttpMethod method = context.request().method();
        // Set by quarkus-rest for metrics and traces.
        Context request = ((HttpServerRequestInternal) context.request()).context();
        Optional<String> template = Optional.ofNullable(request.getLocal("UrlPathTemplate"));
        return (METHODS.contains(method) ? method.name() : "OTHER") + " " + template.orElse("unmatched");
    }
}
