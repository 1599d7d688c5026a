package dev.writ.audit;

/** The log could not make an entry durable, so nothing may happen. */
public final class AuditUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The database does not answer, or the append time-out passed. */
        UNAVAILABLE,
        /** Too many drafts are waiting. */
        BACKPRESSURE,
        /** The log has seen something it cannot explain and writes nothing until an operator has looked. */
        FAIL_CLOSED
    }

    private final Reason reason;

    public AuditUnavailableException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public AuditUnavailableException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
