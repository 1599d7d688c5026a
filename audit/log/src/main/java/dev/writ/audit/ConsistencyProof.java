package dev.writ.audit;

import dev.writ.model.Digest;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows that a tree begins with all the leaves of an earlier one, unchanged and in order.
 *
 * @param first size of the earlier tree
 * @param second size of the later tree
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9162#section-2.1.4">RFC 9162 2.1.4</a>
 */
public record ConsistencyProof(long first, long second, List<Digest> path) {

    public ConsistencyProof {
        if (first < 0 || first > second) {
            throw new IllegalArgumentException("a proof of consistency is for a tree and a later one");
        }
        path = List.copyOf(path);
    }

    /** PROOF(first, D[second]), RFC 9162 2.1.4.1; empty from the tree without leaves and from a tree to itself. */
    public static ConsistencyProof build(long first, long second, HashSource hashes) {
        List<Digest> path = new ArrayList<>();
        if (first > 0 && first < second) {
            collect(first, new Subtree(0, second), true, hashes, path);
        }
        return new ConsistencyProof(first, second, path);
    }

    /**
     * SUBPROOF.
     *
     * @param first as an index of the whole tree, which RFC 9162 counts from the subtree's start
     * @param known whether the subtree is one whose hash the verifier has
     */
    private static void collect(long first, Subtree tree, boolean known, HashSource hashes, List<Digest> path) {
        if (first == tree.to()) {
            if (!known) {
                path.add(Digest.fromBytes(tree.hash(hashes)));
            }
            return;
        }
        if (first <= tree.left().to()) {
            collect(first, tree.left(), known, hashes, path);
            path.add(Digest.fromBytes(tree.right().hash(hashes)));
        } else {
            collect(first, tree.right(), false, hashes, path);
            path.add(Digest.fromBytes(tree.left().hash(hashes)));
        }
    }

    /** Whether this proves that the tree with the second root extends the one with the first: RFC 9162 2.1.4.2. */
    public boolean proves(Digest firstRoot, Digest secondRoot) {
        // The RFC leaves these two cases to the caller.
        if (first == 0) {
            return path.isEmpty()
                    && isRoot(MerkleHash.emptyRoot(), firstRoot)
                    && (second > 0 || firstRoot.equals(secondRoot));
        }
        if (first == second) {
            return path.isEmpty() && firstRoot.equals(secondRoot);
        }
        if (path.isEmpty()) { // step 1
            return false;
        }
        List<Digest> steps = new ArrayList<>(path);
        if (Long.bitCount(first) == 1) { // step 2
            steps.add(0, firstRoot);
        }
        int shared = Long.numberOfTrailingZeros(~(first - 1));
        long fn = (first - 1) >>> shared; // steps 3 and 4
        long sn = (second - 1) >>> shared;
        byte[] fr = steps.get(0).bytes(); // step 5
        byte[] sr = fr;
        for (Digest step : steps.subList(1, steps.size())) { // step 6
            byte[] c = step.bytes();
            if (sn == 0) { // step 6a
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) { // step 6b
                fr = MerkleHash.node(c, fr);
                sr = MerkleHash.node(c, sr);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>>= 1;
                    sn >>>= 1;
                }
            } else {
                sr = MerkleHash.node(sr, c);
            }
            fn >>>= 1; // step 6c
            sn >>>= 1;
        }
        return sn == 0 && isRoot(fr, firstRoot) && isRoot(sr, secondRoot); // step 7
    }

    private static boolean isRoot(byte[] hash, Digest root) {
        return Digest.fromBytes(hash).equals(root);
    }
}
