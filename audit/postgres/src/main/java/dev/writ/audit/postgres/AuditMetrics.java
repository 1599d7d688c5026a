package dev.writ.audit.postgres;

import java.time.Duration;

/** What the append path tells of itself. Methods return at once; they are called on the log's event loop. */
public interface AuditMetrics {

    /** Measures nothing. */
    AuditMetrics NONE = new AuditMetrics() {};

    /** Drafts that wait, in this process. */
    default void queueDepth(int drafts) {}

    /**
     * A batch was committed.
     *
     * @param entries in it
     * @param settledAgain how many of them were settled again under the lock
     * @param lockHeld from knowing that the lock is held, or from asking for it together with all the rest, until knowing that it is not
     */
    default void committed(int entries, int settledAgain, Duration lockHeld) {}

    /** An append was acknowledged. */
    default void appended(Duration latency) {}

    /**
     * The whole log was verified in the background and is intact. Called by the thread that did.
     *
     * @param entries in it
     */
    default void verified(long entries, Duration took) {}

    /** The verification in the background failed in a way that nobody foresaw; it is tried again. Called by its thread. */
    default void notVerified() {}

    /** A batch was refused by the database and is tried again, in whole or in part. */
    default void retried() {}
}
