package dev.writ.audit;

import dev.writ.model.Digest;
import java.util.OptionalLong;

/**
 * A checkpoint as a store holds it, for a {@link LogVerifier}.
 *
 * @param previousSize of the checkpoint it extends; empty for the genesis, which is the checkpoint of the tree without leaves
 * @param frontier {@link Frontier#toBytes}
 */
@SuppressWarnings("ArrayRecordComponent") // as read from a row, never compared
public record StoredCheckpoint(long size, OptionalLong previousSize, Digest root, byte[] frontier, String note) {

    @Override
    public String toString() {
        return "StoredCheckpoint[" + size + "]";
    }
}
