package dev.writ.connect.net;

/** The host leads to an address that the operator did not allow. */
public final class ForbiddenAddressException extends Exception {

    private static final long serialVersionUID = 1L;

    ForbiddenAddressException() {
        super("the host leads to an address that is not allowed");
    }
}
