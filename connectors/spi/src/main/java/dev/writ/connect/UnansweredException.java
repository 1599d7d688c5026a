package dev.writ.connect;

/** A question of a tool has no answer. */
public final class UnansweredException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param message for the tool: why there is none */
    public UnansweredException(String message) {
        super(message);
    }
}
