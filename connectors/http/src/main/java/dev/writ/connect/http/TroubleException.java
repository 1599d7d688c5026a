package dev.writ.connect.http;

/** One request of a call met a service that fails. Carries it past breaker and repetition, which know failures only as these. */
final class TroubleException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean repeatable;

    /** @param repeatable whether there is another request to be made for the same call */
    TroubleException(boolean repeatable) {
        super("the service fails", null, false, false);
        this.repeatable = repeatable;
    }

    boolean isRepeatable() {
        return repeatable;
    }
}
