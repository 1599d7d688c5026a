package dev.writ.audit;

/** A key file cannot be used as it is. The message tells an operator what to do and holds no secret. */
public final class KeyFileException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public KeyFileException(String message) {
        super(message);
    }

    public KeyFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
