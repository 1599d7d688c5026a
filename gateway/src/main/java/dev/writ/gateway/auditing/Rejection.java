package dev.writ.gateway.auditing;

/**
 * A request that was refused, without anything that was sent with it.
 *
 * @param who a principal's name, or {@code anonymous}
 * @param problem slug of the problem
 * @param where method and path template
 */
record Rejection(String who, String problem, String where) {

    static final String ANONYMOUS = "anonymous";

    /** Stands for all that there was no room to tell apart. */
    static final Rejection OTHER = new Rejection("other", "other", "other");
}
