package dev.writ.audit;

import dev.writ.model.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A proof that an entry is in a log, which can be checked offline with the log's {@link LogVerifierKey} alone.
 *
 * <p>The specification lets a proof carry extra data, which it does not authenticate. The only extra data of this log's proofs is
 * the leaf itself, and that <em>is</em> authenticated: its hash is where the path begins, so a proof whose leaf was changed
 * does not verify. Nothing else is read as extra data.
 *
 * @param leaf what is proved, if the proof carries it
 * @param index of the entry
 * @param path from the leaf's sibling up to the root's child
 * @param checkpoint the note of a checkpoint that covers the entry, cosignatures included
 * @see <a href="https://c2sp.org/tlog-proof">C2SP tlog-proof</a>
 */
public record TlogProof(Optional<Leaf> leaf, long index, List<Digest> path, String checkpoint) {

    private static final String HEADER = "c2sp.org/tlog-proof@v1";
    private static final String EXTRA = "extra ";
    private static final String INDEX = "index ";
    private static final int MAX_PATH = Long.SIZE;
    private static final int MAX_LINES = MAX_PATH + 3;

    public TlogProof {
        if (index < 0) {
            throw new IllegalArgumentException("an index is not negative");
        }
        path = List.copyOf(path);
    }

    /** A proof without the leaf. */
    public TlogProof(long index, List<Digest> path, String checkpoint) {
        this(Optional.empty(), index, path, checkpoint);
    }

    /** The proof of inclusion in the tree of that checkpoint, without the leaf. */
    public static TlogProof of(InclusionProof proof, Checkpoint checkpoint) {
        if (proof.size() != checkpoint.size()) {
            throw new IllegalArgumentException("the proof is for a tree of another size than the checkpoint");
        }
        return new TlogProof(proof.index(), proof.path(), checkpoint.note());
    }

    /** The same proof, carrying what it proves. */
    public TlogProof with(Leaf proved) {
        return new TlogProof(Optional.of(proved), index, path, checkpoint);
    }

    /**
     * Reads what {@link #toText} writes.
     *
     * @throws VerificationException if it is anything else, such as one with extra data that is not a leaf
     */
    public static TlogProof parse(String text) {
        int blank = text.indexOf("\n\n");
        if (blank < 0) {
            throw new VerificationException("a proof has no empty line before its checkpoint");
        }
        List<String> lines = new ArrayList<>(List.of(text.substring(0, blank).split("\n", MAX_LINES + 1)));
        if (lines.size() > MAX_LINES || !lines.remove(0).equals(HEADER)) {
            throw new VerificationException("a proof does not begin with '" + HEADER + "', or is too long");
        }
        Optional<Leaf> leaf = Optional.empty();
        if (!lines.isEmpty() && lines.get(0).startsWith(EXTRA)) {
            leaf = Optional.of(Leaf.decode(
                    StrictBase64.decode(lines.remove(0).substring(EXTRA.length()), "the extra data of a proof")));
        }
        if (lines.isEmpty() || !lines.get(0).startsWith(INDEX)) {
            throw new VerificationException("a proof does not say its index");
        }
        long index = Decimal.parse(lines.remove(0).substring(INDEX.length()), "a proof's index");
        if (lines.size() > MAX_PATH) {
            throw new VerificationException("a proof has too many hashes");
        }
        return new TlogProof(leaf, index, lines.stream().map(TlogProof::hash).toList(), text.substring(blank + 2));
    }

    private static Digest hash(String line) {
        byte[] hash = StrictBase64.decode(line, "a hash of a proof");
        if (hash.length != MerkleHash.BYTES) {
            throw new VerificationException("a hash of a proof is not SHA-256");
        }
        return Digest.fromBytes(hash);
    }

    /** Ready to be stored with the extension {@code .tlog-proof}. */
    public String toText() {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        leaf.ifPresent(carried ->
                text.append(EXTRA).append(StrictBase64.encode(carried.bytes())).append('\n'));
        text.append(INDEX).append(index).append('\n');
        path.forEach(hash -> text.append(StrictBase64.encode(hash.bytes())).append('\n'));
        return text.append('\n').append(checkpoint).toString();
    }

    /**
     * Verifies that the log of that key holds the leaf that this proof carries, at the index.
     *
     * @return the checkpoint that says so
     * @throws VerificationException if it carries none, or the checkpoint or the inclusion does not verify
     */
    public Checkpoint verify(LogVerifierKey key) {
        return verify(LogKeys.of(key));
    }

    /** As {@link #verify(LogVerifierKey)} does, for a log that has or had several keys. */
    public Checkpoint verify(LogKeys keys) {
        Leaf carried = leaf.orElseThrow(() -> new VerificationException("a proof does not carry the leaf it is of"));
        return verify(keys, Digest.fromBytes(carried.hash()));
    }

    /** As {@link #verify(LogKeys, Digest)} does, for a log that has one key. */
    public Checkpoint verify(LogVerifierKey key, Digest leafHash) {
        return verify(LogKeys.of(key), leafHash);
    }

    /**
     * Verifies that the log of those keys holds a leaf with that hash at the index.
     *
     * @return the checkpoint that says so
     * @throws VerificationException if the checkpoint or the inclusion does not verify, or the proof carries another leaf
     */
    public Checkpoint verify(LogKeys keys, Digest leafHash) {
        if (leaf.isPresent() && !Digest.fromBytes(leaf.get().hash()).equals(leafHash)) {
            throw new VerificationException("a proof carries another leaf");
        }
        Checkpoint head = keys.verify(checkpoint);
        if (index >= head.size()) {
            throw new VerificationException("a proof is for an entry beyond its checkpoint");
        }
        if (!new InclusionProof(index, head.size(), path).proves(leafHash, head.root())) {
            throw new VerificationException("a proof does not lead from the leaf to the checkpoint's root");
        }
        return head;
    }
}
