package dev.writ.audit;

import java.util.function.Consumer;

/** The log as it grows, for everything in a process that must follow it. */
public interface LogTail {

    /** Entries [0, size) have been delivered to every listener. Taken before a topic is read, it is a safe {@code readAt}. */
    long size();

    /**
     * Delivers every later entry once, in order of index, one at a time. A listener returns at once and MUST NOT throw.
     *
     * @return stops the delivery
     */
    Runnable subscribe(Consumer<Recorded> listener);
}
