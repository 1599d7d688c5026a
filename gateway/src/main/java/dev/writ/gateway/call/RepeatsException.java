package dev.writ.gateway.call;

import dev.writ.model.CallId;

/** Nothing was written: the same call waits for people already. */
final class RepeatsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient CallId waiting;

    RepeatsException(CallId waiting) {
        super("the same call waits already", null, false, false);
        this.waiting = waiting;
    }

    CallId waiting() {
        return waiting;
    }
}
