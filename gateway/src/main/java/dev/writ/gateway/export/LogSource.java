package dev.writ.gateway.export;

import dev.writ.audit.Checkpoint;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The durable log, read by ranges of indices. Blocks: for commands, never for the gateway. */
public interface LogSource extends AutoCloseable {

    /** The newest checkpoint, its signature verified. */
    Checkpoint newest();

    /** The smallest checkpoint of at least that size, its signature verified. */
    Optional<Checkpoint> covering(long size);

    /** The checkpoint's note with the lines that witnesses have added to it by now. */
    String cosigned(Checkpoint checkpoint);

    /**
     * The entries [from, to), all of them, in order.
     *
     * @param to at most the newest checkpoint's size, and at most 256 above from
     * @throws dev.writ.audit.VerificationException if a leaf does not have the hash beside it, or is missing without trace
     */
    List<Slot> entries(long from, long to);

    /** The leaf hashes of the same, as the store has them. */
    List<byte[]> hashes(long from, long to);

    /** The first entry below that size whose time is not before that. */
    OptionalLong firstSince(Instant time, long size);

    /** The last entry below that size whose time is before that. */
    OptionalLong lastBefore(Instant time, long size);

    @Override
    void close();
}
