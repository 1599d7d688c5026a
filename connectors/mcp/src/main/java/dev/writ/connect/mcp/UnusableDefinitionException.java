package dev.writ.connect.mcp;

/** A server's definition cannot be a tool. The message says why. */
final class UnusableDefinitionException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;

    UnusableDefinitionException(String reason) {
        super(reason);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
