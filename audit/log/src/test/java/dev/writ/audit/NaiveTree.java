package dev.writ.audit;

import dev.writ.model.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** RFC 9162 section 2.1, word for word and without a thought of speed, to compare with. */
final class NaiveTree {

    private NaiveTree() {}

    static List<byte[]> leaves(int count) {
        List<byte[]> leaves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leaves.add(("leaf " + i).getBytes(StandardCharsets.UTF_8));
        }
        return leaves;
    }

    /** MTH. */
    static Digest root(List<byte[]> d) {
        if (d.isEmpty()) {
            return Digest.of(new byte[0]);
        }
        if (d.size() == 1) {
            return Digest.of(concat(new byte[] {0}, d.get(0)));
        }
        int k = split(d);
        return node(root(d.subList(0, k)), root(d.subList(k, d.size())));
    }

    /** PATH. */
    static List<Digest> path(int m, List<byte[]> d) {
        if (d.size() == 1) {
            return List.of();
        }
        int k = split(d);
        return m < k
                ? followed(path(m, d.subList(0, k)), root(d.subList(k, d.size())))
                : followed(path(m - k, d.subList(k, d.size())), root(d.subList(0, k)));
    }

    /** PROOF. */
    static List<Digest> proof(int m, List<byte[]> d) {
        return subproof(m, d, true);
    }

    private static List<Digest> subproof(int m, List<byte[]> d, boolean b) {
        if (m == d.size()) {
            return b ? List.of() : List.of(root(d));
        }
        int k = split(d);
        return m <= k
                ? followed(subproof(m, d.subList(0, k), b), root(d.subList(k, d.size())))
                : followed(subproof(m - k, d.subList(k, d.size()), false), root(d.subList(0, k)));
    }

    private static int split(List<byte[]> d) {
        int k = 1;
        while (k * 2 < d.size()) {
            k *= 2;
        }
        return k;
    }

    private static Digest node(Digest left, Digest right) {
        return Digest.of(concat(new byte[] {1}, left.bytes(), right.bytes()));
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static List<Digest> followed(List<Digest> first, Digest last) {
        List<Digest> all = new ArrayList<>(first);
        all.add(last);
        return all;
    }
}
