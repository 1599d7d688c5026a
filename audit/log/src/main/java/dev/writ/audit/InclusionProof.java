package dev.writ.audit;

import dev.writ.model.Digest;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows that a leaf is in a tree.
 *
 * @param index of the leaf
 * @param size of the tree, above the index
 * @param path the hashes beside the way from the leaf up to the root
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3">RFC 9162 2.1.3</a>
 */
public record InclusionProof(long index, long size, List<Digest> path) {

    public InclusionProof {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("a proof of inclusion is for an index within the tree");
        }
        path = List.copyOf(path);
    }

    /** PATH(index, D[size]), RFC 9162 2.1.3.1. */
    public static InclusionProof build(long index, long size, HashSource hashes) {
        List<Digest> path = new ArrayList<>();
        if (index >= 0 && index < size) {
            collect(index, new Subtree(0, size), hashes, path);
        }
        return new InclusionProof(index, size, path);
    }

    private static void collect(long index, Subtree tree, HashSource hashes, List<Digest> path) {
        if (tree.size() == 1) {
            return;
        }
        boolean isLeft = index < tree.left().to();
        collect(index, isLeft ? tree.left() : tree.right(), hashes, path);
        Subtree beside = isLeft ? tree.right() : tree.left();
        path.add(Digest.fromBytes(beside.hash(hashes)));
    }

    /** Whether this proves that a leaf with that hash is at the index in the tree with that root: RFC 9162 2.1.3.2. */
    public boolean proves(Digest leafHash, Digest root) {
        // Step 1, index < size, holds for every proof there is.
        long fn = index; // step 2
        long sn = size - 1;
        byte[] r = leafHash.bytes(); // step 3
        for (Digest step : path) { // step 4
            byte[] p = step.bytes();
            if (sn == 0) { // step 4a
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) { // step 4b
                r = MerkleHash.node(p, r);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>>= 1;
                    sn >>>= 1;
                }
            } else {
                r = MerkleHash.node(r, p);
            }
            fn >>>= 1; // step 4c
            sn >>>= 1;
        }
        return sn == 0 && Digest.fromBytes(r).equals(root); // step 5
    }
}
