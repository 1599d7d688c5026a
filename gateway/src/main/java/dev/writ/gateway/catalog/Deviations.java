package dev.writ.gateway.catalog;

/** Hears how servers differ from what is pinned. */
@FunctionalInterface
interface Deviations {

    /**
     * From any thread; returns at once.
     *
     * @param pinnedAt index of the entry that pinned the connector that found it
     */
    void found(String connector, long pinnedAt, Deviation deviation);
}
