package dev.writ.gateway.authzen;

import dev.writ.gateway.problem.ProblemRoutes;
import dev.writ.gateway.problem.Words;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.regex.Pattern;

/** What holds of every response of these endpoints, whoever makes it: the caller's name of the request, and errors as sentences. */
@ApplicationScoped
class Transport {

    static final String PATH = "/access/v1";

    private static final String REQUEST_ID = "X-Request-ID";

    /** A header can carry it back as it came. */
    private static final Pattern SENDABLE = Pattern.compile("[\\x20-\\x7e]{1,1000}");

    /** Before anything that may refuse. */
    private static final int PRIORITY = 10_001;

    void register(@Observes Filters filters) {
        filters.register(Transport::prepare, PRIORITY);
    }

    private static void prepare(RoutingContext context) {
        if (context.normalizedPath().startsWith(PATH + "/")) {
            // The profile for requests has problem documents.
            if (!context.normalizedPath().startsWith(AccessRequestResource.PATH)) {
                ProblemRoutes.tell(context, Words.SENTENCE);
            }
            String id = context.request().getHeader(REQUEST_ID);
            if (id != null && SENDABLE.matcher(id).matches()) {
                context.response().putHeader(REQUEST_ID, id);
            }
        }
        context.next();
    }
}
