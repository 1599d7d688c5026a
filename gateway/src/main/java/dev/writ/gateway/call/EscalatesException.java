package dev.writ.gateway.call;

import dev.writ.gateway.approval.Escalation;

/** Nothing was written: the call would wait for people, and it is not known yet whether the same call waits already. */
final class EscalatesException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Escalation escalation;

    EscalatesException(Escalation escalation) {
        super("it would wait for people", null, false, false);
        this.escalation = escalation;
    }

    Escalation escalation() {
        return escalation;
    }
}
