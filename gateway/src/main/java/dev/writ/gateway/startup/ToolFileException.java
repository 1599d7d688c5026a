package dev.writ.gateway.startup;

import java.io.Serial;

/** What {@code --tools} names cannot be used; the message says what would do. */
final class ToolFileException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    ToolFileException(String message) {
        super(message);
    }

    ToolFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
