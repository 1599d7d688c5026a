package dev.writ.gateway.call;

import dev.writ.gateway.policy.Asked;
import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.Set;

/**
 * A call with its decision: what a {@code DECIDED} entry says.
 *
 * @param argumentsMac keyed digest of the arguments, so that equal arguments are recognised and nobody can guess them
 * @param sent the arguments as they go to the tool: as submitted, but for what rules oblige to
 * @param asked the bundles that it is of
 * @param labels that the result may carry, from now on
 * @param round in which it was decided
 * @param deadline by then the outcome is known, or counts as unknown
 */
record Decided(
        Facts facts,
        Identity identity,
        Mode mode,
        String argumentsMac,
        Decision decision,
        JsonObject sent,
        Asked asked,
        Set<String> labels,
        Round round,
        Instant deadline) {

    Decided {
        labels = Set.copyOf(labels);
    }

    /** Whether this call is to wait for people. */
    boolean mustWait() {
        return (mode == Mode.EXECUTE || mode == Mode.ASK) && decision.effect() == Effect.ESCALATE;
    }

    /** Whether this call is now to be carried out by the gateway. */
    boolean mayRun() {
        return mode == Mode.EXECUTE && decision.effect() == Effect.ALLOW;
    }

    /** Whether a sandbox is now to carry it out. */
    boolean mayBeRehearsed() {
        return mode == Mode.REHEARSE && decision.effect() == Effect.ALLOW;
    }
}
