package dev.writ.gateway.hook;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.Effect;
import dev.writ.model.JsonObject;
import jakarta.ws.rs.core.UriInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the address of a hook says.
 *
 * @param connector that lists the agent's own tools
 * @param asks whether an escalation is put to the person who sits before the agent; otherwise it is a denial, and
 *     approvers are asked
 * @param passes whether the agent is told nothing of what is allowed, so that its own questions stay
 */
record HookOptions(CodingAgent agent, String connector, boolean asks, boolean passes) {

    private static final String AGENT = "agent";
    private static final String CONNECTOR = "connector";
    private static final String ESCALATED = "escalated";
    private static final String ALLOWED = "allowed";

    static HookOptions of(UriInfo uri) {
        QueryParameters.require(uri, Set.of(AGENT, CONNECTOR, ESCALATED, ALLOWED));
        CodingAgent agent = parameter(uri, AGENT)
                .flatMap(CodingAgent::of)
                .orElseThrow(() -> QueryParameters.malformed("'agent' is one of "
                        + Arrays.stream(CodingAgent.values())
                                .map(CodingAgent::text)
                                .collect(Collectors.joining(", "))
                        + "."));
        Optional<String> escalated =
                QueryParameters.oneOf(ESCALATED, parameter(uri, ESCALATED).orElse(null), List.of("ask", "deny"));
        if (escalated.filter("ask"::equals).isPresent() && !agent.canAsk()) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "The hooks of " + agent.text()
                            + " cannot make it ask a person. Leave 'escalated' out, or say deny.");
        }
        return new HookOptions(
                agent,
                parameter(uri, CONNECTOR).orElse("coder"),
                escalated.map("ask"::equals).orElse(agent.canAsk()),
                QueryParameters.oneOf(ALLOWED, parameter(uri, ALLOWED).orElse(null), List.of("allow", "pass"))
                        .filter("pass"::equals)
                        .isPresent());
    }

    private static Optional<String> parameter(UriInfo uri, String name) {
        return Optional.ofNullable(uri.getQueryParameters().getFirst(name));
    }

    JsonObject answer(Ruling ruling) {
        return passes && ruling.effect() == Effect.ALLOW ? JsonObject.empty() : agent.answer(ruling);
    }
}
