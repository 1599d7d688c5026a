package dev.writ.audit;

/** A witness policy is malformed. The message names the line, from 1. */
public final class PolicyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PolicyException(int line, String what) {
        super("line " + line + " of the witness policy: " + what);
    }

    PolicyException(String what) {
        super("the witness policy " + what);
    }
}
