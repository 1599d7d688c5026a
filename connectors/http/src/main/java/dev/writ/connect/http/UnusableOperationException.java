package dev.writ.connect.http;

/** An operation of a document cannot become a tool. The reason says why and what to do. */
final class UnusableOperationException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;

    UnusableOperationException(String reason) {
        super(reason);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
