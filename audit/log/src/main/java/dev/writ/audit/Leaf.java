package dev.writ.audit;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An entry as the Merkle tree holds it: bytes that can never change once they are in a log.
 *
 * <p>The bytes are the RFC 8785 form of a JSON object with the members {@code v} (1), {@code kind}, {@code at} (RFC 3339, UTC,
 * six digits of a second), {@code keys}, {@code topics} (sorted), {@code subjectKey}, {@code body}, {@code inputs} (name to
 * commitment), all always there; {@code aside} (sorted names of the inputs that are not followed) unless all are; and one member
 * for each {@link Column} the entry has, under its {@link Column#text()}.
 */
public final class Leaf {

    /** What the formats that serve leaves can carry: c2sp.org/tlog-tiles gives an entry's length two bytes. */
    public static final int MAX_BYTES = 65_535;

    private final Entry entry;
    private final SortedMap<String, Commitment> commitments;
    private final SortedSet<String> aside;
    private final byte[] bytes;

    private Leaf(Entry entry, SortedMap<String, Commitment> commitments, SortedSet<String> aside, byte[] bytes) {
        this.entry = entry;
        this.commitments = commitments;
        this.aside = aside;
        this.bytes = bytes;
    }

    /**
     * The leaf of an entry.
     *
     * @param commitments one for each input of the entry; those of inputs that are not at hand any more may be there too
     * @throws LeafTooLargeException if it takes more than {@link #MAX_BYTES}
     * @throws IllegalArgumentException if it names a key or an input twice, an input has no commitment, its year has not four
     *     digits, or a name in it is not one: kind, keys, topics, columns, subject key and names of inputs have 1 to 1,024 bytes
     *     of UTF-8 without control characters; only the subject key may be empty, if there are no inputs
     */
    public static Leaf of(Entry entry, Map<String, Commitment> commitments) {
        SortedSet<String> aside = new TreeSet<>();
        entry.inputs().stream().filter(input -> !input.followed()).forEach(input -> aside.add(input.name()));
        return of(entry, commitments, aside);
    }

    static Leaf of(Entry entry, Map<String, Commitment> commitments, SortedSet<String> notFollowed) {
        SortedMap<String, Commitment> sorted = Collections.unmodifiableSortedMap(new TreeMap<>(commitments));
        SortedSet<String> aside = Collections.unmodifiableSortedSet(notFollowed);
        LeafNames.check(entry, sorted.keySet(), aside);
        byte[] bytes = LeafCodec.encode(entry, sorted, aside);
        if (bytes.length > MAX_BYTES) {
            throw new LeafTooLargeException(entry.kind(), bytes.length);
        }
        return new Leaf(entry, sorted, aside, bytes);
    }

    /**
     * Reads a leaf. The entry it gives has no inputs: a leaf knows their commitments only.
     *
     * @throws VerificationException if these are not, byte for byte, what {@link #of} writes
     */
    public static Leaf decode(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new VerificationException("a leaf is longer than " + MAX_BYTES + " bytes");
        }
        Leaf leaf = LeafCodec.decode(bytes);
        if (!Arrays.equals(leaf.bytes, bytes)) {
            throw new VerificationException("a leaf is not in canonical form");
        }
        return leaf;
    }

    /** As it was given to {@link #of}, or without inputs if it was read. */
    public Entry entry() {
        return entry;
    }

    /** By the name of the input. */
    public SortedMap<String, Commitment> commitments() {
        return commitments;
    }

    /** Names of the inputs that are not {@link Input#followed()}. */
    public SortedSet<String> aside() {
        return aside;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /** RFC 6962 leaf hash. */
    public byte[] hash() {
        return MerkleHash.leaf(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Leaf that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Leaf[" + entry + "]";
    }
}
