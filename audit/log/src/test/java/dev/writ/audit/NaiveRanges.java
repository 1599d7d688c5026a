package dev.writ.audit;

import dev.writ.model.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** RFC 9162 section 2.1 again, over ranges D[from:to] of leaves whose hashes are remembered: naive, but done before the night. */
final class NaiveRanges {

    private final List<byte[]> leaves;
    private final Map<List<Integer>, Digest> known = new HashMap<>();

    NaiveRanges(List<byte[]> leaves) {
        this.leaves = leaves;
    }

    /** MTH(D[from:to]). */
    Digest root(int from, int to) {
        List<Integer> range = List.of(from, to);
        Digest root = known.get(range);
        if (root == null) {
            root = to - from < 2 ? NaiveTree.root(leaves.subList(from, to)) : node(from, to);
            known.put(range, root);
        }
        return root;
    }

    private Digest node(int from, int to) {
        int k = split(to - from);
        return Digest.fromBytes(
                MerkleHash.node(root(from, from + k).bytes(), root(from + k, to).bytes()));
    }

    /** PATH(m, D[from:to]), m counted from the start of the range. */
    List<Digest> path(int m, int from, int to) {
        if (to - from == 1) {
            return List.of();
        }
        int k = split(to - from);
        return m < k
                ? followed(path(m, from, from + k), root(from + k, to))
                : followed(path(m - k, from + k, to), root(from, from + k));
    }

    /** SUBPROOF(m, D[from:to], b). */
    List<Digest> subproof(int m, int from, int to, boolean b) {
        if (m == to - from) {
            return b ? List.of() : List.of(root(from, to));
        }
        int k = split(to - from);
        return m <= k
                ? followed(subproof(m, from, from + k, b), root(from + k, to))
                : followed(subproof(m - k, from + k, to, false), root(from, from + k));
    }

    private static int split(int size) {
        int k = 1;
        while (k * 2 < size) {
            k *= 2;
        }
        return k;
    }

    private static List<Digest> followed(List<Digest> first, Digest last) {
        List<Digest> all = new ArrayList<>(first);
        all.add(last);
        return all;
    }
}
