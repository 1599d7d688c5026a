package dev.writ.gateway.demo;

/** The scenario cannot go on; the message says at which step, for whoever runs the demo. */
final class DemoFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DemoFailedException(String message) {
        super(message);
    }

    DemoFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
