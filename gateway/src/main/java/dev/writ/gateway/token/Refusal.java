package dev.writ.gateway.token;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;

/** Why a token is not taken. Says what is wrong with it, never what is in it. */
final class Refusal {

    private Refusal() {}

    static Problem because(String why) {
        return new Problem(ProblemType.UNAUTHENTICATED, "The token is refused: " + why + ".");
    }

    /** A sign-in that came to nothing, for a reason that whoever signs in can be told. */
    static Problem signIn(String why) {
        return new Problem(ProblemType.FORBIDDEN, why + " Nobody was signed in. Begin again.");
    }

    /** Of one at which somebody wants to sign in. */
    static Problem away(String issuer) {
        return new Problem(
                ProblemType.NOT_READY,
                "Issuer '" + issuer
                        + "' cannot be asked now, so nobody can sign in by it. Nobody was signed in. Retry later, or sign"
                        + " in with a key.");
    }

    static Problem unreachable(String issuer) {
        return new Problem(
                ProblemType.NOT_READY,
                "The keys of issuer '" + issuer + "' cannot be had now, so no token of it can be checked. Nothing was"
                        + " executed. Retry later, or use a key of Writ's.");
    }
}
