package dev.writ.gateway.call;

/** Nothing was written: an approved call cannot be decided at this moment, by this replica, and will be later. */
final class NotYetException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotYetException(String why) {
        super(why, null, false, false);
    }
}
