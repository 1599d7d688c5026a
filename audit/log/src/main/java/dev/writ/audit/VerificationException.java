package dev.writ.audit;

/** Something that claims to be of a log does not verify. The message says what is wrong and holds no value from it. */
public final class VerificationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public VerificationException(String message) {
        super(message);
    }

    public VerificationException(String message, Throwable cause) {
        super(message, cause);
    }
}
