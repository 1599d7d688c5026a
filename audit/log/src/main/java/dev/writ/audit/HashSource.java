package dev.writ.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * Hashes of a tree's complete subtrees, from which proofs are built.
 *
 * <p>Which hashes a proof asks for depends on its sizes and index only; so a source that answers with zeroes and takes notes
 * tells what to fetch.
 */
@FunctionalInterface
public interface HashSource {

    /**
     * The hash of the complete subtree over the leaves [index * 2^level, (index + 1) * 2^level).
     *
     * @param level 0 for leaf hashes
     */
    byte[] hash(int level, long index);

    /** Over leaf hashes in memory; computes every level once, at once. */
    static HashSource of(List<byte[]> leafHashes) {
        List<List<byte[]>> levels = new ArrayList<>();
        List<byte[]> level = List.copyOf(leafHashes);
        levels.add(level);
        while (level.size() > 1) {
            List<byte[]> above = new ArrayList<>(level.size() / 2);
            for (int i = 0; i + 1 < level.size(); i += 2) {
                above.add(MerkleHash.node(level.get(i), level.get(i + 1)));
            }
            levels.add(above);
            level = above;
        }
        return (height, index) -> levels.get(height).get(Math.toIntExact(index));
    }
}
