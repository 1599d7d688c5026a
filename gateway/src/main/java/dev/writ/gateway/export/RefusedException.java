package dev.writ.gateway.export;

/** A receiver did not accept a batch, which is delivered again. */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RefusedException(int status) {
        super("the receiver answered " + status, null, false, false);
    }
}
