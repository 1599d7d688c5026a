package dev.writ.audit;

import io.smallrye.mutiny.Uni;

/**
 * The single write of the system. {@code AuditLogContract} in this module's tests holds every implementation to this text.
 */
public interface AuditLog {

    /**
     * Appends one event and completes when it is durable: its entry, the rows it implies, the new tree head and its signature
     * have committed in one transaction.
     *
     * <p>The receipt MUST NOT be emitted before the commit, and the {@link #tail()} has delivered the entry before the receipt is
     * emitted. Only the caller that receives {@link Receipt.Created} MAY act on the entry; {@link Receipt.Existing} means that
     * one of its keys was taken by an earlier entry and nothing was written.
     *
     * <p>The draft is settled again, under the log's lock, whenever an entry that touches one of its topics was appended since
     * it read them, by this process or another; so the order of the log is a legal serial execution.
     *
     * @return fails with {@link AuditUnavailableException} if it is not known to be durable by the append time-out, and then the
     *     entry may or may not exist; fails with what {@link Settlement#settle} throws, and then nothing was written
     */
    <T> Uni<Receipt<T>> append(Draft<T> draft);

    /** Follows this log, entries of other processes included. */
    LogTail tail();
}
