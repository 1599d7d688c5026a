package dev.writ.connect.http;

/** Arguments that cannot be written as a request without changing what they say. The reason names no value. */
final class UnsendableException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;

    UnsendableException(String reason) {
        super(reason);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
