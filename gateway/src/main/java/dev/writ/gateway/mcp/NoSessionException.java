package dev.writ.gateway.mcp;

/** The session is none of this principal's, or over; the client has to begin a new one. */
final class NoSessionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoSessionException() {
        super("the session is over", null, false, false);
    }
}
