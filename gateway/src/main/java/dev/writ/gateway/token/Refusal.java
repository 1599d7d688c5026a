package dev.writ.gateway.token;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;

/** Why a token is not taken. Says what is wrong with it, never what is in it. */
final class Refusal {

    private Refusal() {}

    static Problem because(String why) {
        return new Problem(ProblemType.UNAUTHENTICATED, "The access token is refused: " + why + ".");
    }

    static Problem unreachable(String issuer) {
        return new Problem(
                ProblemType.NOT_READY,
                "The keys of issuer '" + issuer + "' cannot be had now, so no token of it can be checked. Nothing was"
                        + " executed. Retry later, or use a key of Writ's.");
    }
}
