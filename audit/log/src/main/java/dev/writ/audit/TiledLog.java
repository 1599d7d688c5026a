package dev.writ.audit;

import io.smallrye.mutiny.Uni;

/**
 * The log in its public form: everything an auditor needs to verify it, and nothing that is confidential beyond the leaves.
 *
 * @see <a href="https://c2sp.org/tlog-tiles">C2SP tlog-tiles</a>
 */
public interface TiledLog {

    /** The newest published checkpoint, with the cosignatures it has by now. */
    Uni<Checkpoint> checkpoint();

    /**
     * The bytes of a tile or bundle. Partial ones of any size up to the head are computed on demand, so what was once there is
     * there for ever, until it is pruned.
     *
     * @return fails with {@link IllegalArgumentException} if it is not within the log, with {@link PrunedException} if it was
     *     pruned
     */
    Uni<byte[]> read(LogPath path);

    /**
     * Proves that the tree of the second size begins with that of the first; both must be at most the head's size.
     *
     * @return fails with {@link IllegalArgumentException} if they are not two sizes of this log in order
     */
    Uni<ConsistencyProof> consistency(long first, long second);
}
