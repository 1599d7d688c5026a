package dev.writ.gateway.catalog;

/** A service cannot be asked what it offers. The message says why, and what to do. */
final class UnusableServiceException extends Exception {

    private static final long serialVersionUID = 1L;

    UnusableServiceException(String message) {
        super(message);
    }
}
