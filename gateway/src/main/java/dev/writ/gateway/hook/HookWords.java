package dev.writ.gateway.hook;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemRoutes;
import dev.writ.gateway.problem.Words;
import dev.writ.model.JsonObject;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.Optional;

/**
 * Answers every problem with a request before a tool is used by a denial with status 200, a missing key included. To hooks over HTTP
 * any other status means that they have no opinion, and the agent goes on.
 */
@ApplicationScoped
class HookWords {

    /** Before authentication (200), which may refuse. */
    private static final int PRIORITY = 9_000;

    static final String BEFORE = "/v1/hooks/pre-tool-use";

    /** Tells hook commands that it is Writ who answers, and what; in no body, since agents refuse members that they do not know. */
    static final String DECISION = "Writ-Decision";

    void register(@Observes Filters filters) {
        filters.register(
                context -> {
                    if (context.normalizedPath().equals(BEFORE)) {
                        CodingAgent agent = agent(context);
                        ProblemRoutes.tell(context, problem -> denial(agent, problem));
                    }
                    context.next();
                },
                PRIORITY);
    }

    /** Whoever did not say which it is, is answered in the shape that most agents understand. */
    private static CodingAgent agent(RoutingContext context) {
        return Optional.ofNullable(context.request().getParam("agent"))
                .flatMap(CodingAgent::of)
                .orElse(CodingAgent.CLAUDE_CODE);
    }

    private static Words.Told denial(CodingAgent agent, Problem problem) {
        Ruling ruling = Ruling.deny("Writ did not decide, so nothing may be executed. " + problem.getMessage());
        JsonObject body = agent.answer(ruling);
        return Words.Told.ok(body, Map.of(DECISION, ruling.word()));
    }
}
