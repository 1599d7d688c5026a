package dev.writ.audit.postgres;

/** The database cannot be used as it is. The message is one line that says what to do, and holds no secret. */
public final class DatabaseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DatabaseException(String message) {
        super(message);
    }

    public DatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
