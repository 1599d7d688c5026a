package dev.writ.gateway.demo;

import dev.writ.gateway.demo.Step.Expected;

/**
 * A call that has to wait for finance.
 *
 * @param end what has to come of it in the end
 * @param endTitle what happened then
 */
record Escalation(Step step, Reply reply, String endTitle, Expected end) {

    /** As if its end were a call of its own, for the record. */
    Step ending() {
        return new Step(endTitle, step.tool(), step.arguments(), step.key(), end);
    }
}
