package dev.writ.audit;

/** A log cannot be read, which says nothing of whether it is intact. The message is one line that says what to do. */
public final class UnreadableLogException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnreadableLogException(String message) {
        super(message);
    }

    public UnreadableLogException(String message, Throwable cause) {
        super(message, cause);
    }
}
