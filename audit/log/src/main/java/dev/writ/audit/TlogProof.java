package dev.writ.audit;

import dev.writ.model.Digest;
import java.util.ArrayList;
import java.util.List;

/**
 * A proof that an entry is in a log, which can be checked offline with the log's {@link LogVerifierKey} alone.
 *
 * @param index of the entry
 * @param path from the leaf's sibling up to the root's child
 * @param checkpoint the note of a checkpoint that covers the entry, cosignatures included
 * @see <a href="https://c2sp.org/tlog-proof">C2SP tlog-proof</a>
 */
public record TlogProof(long index, List<Digest> path, String checkpoint) {

    private static final String HEADER = "c2sp.org/tlog-proof@v1";
    private static final String INDEX = "index ";
    private static final int MAX_PATH = Long.SIZE;

    public TlogProof {
        if (index < 0) {
            throw new IllegalArgumentException("an index is not negative");
        }
        path = List.copyOf(path);
    }

    /** The proof of inclusion in the tree of that checkpoint. */
    public static TlogProof of(InclusionProof proof, Checkpoint checkpoint) {
        if (proof.size() != checkpoint.size()) {
            throw new IllegalArgumentException("the proof is for a tree of another size than the checkpoint");
        }
        return new TlogProof(proof.index(), proof.path(), checkpoint.note());
    }

    /**
     * Reads what {@link #toText} writes. Extra data is refused: this log's proofs have none, and nothing would authenticate it.
     *
     * @throws VerificationException if it is anything else
     */
    public static TlogProof parse(String text) {
        int blank = text.indexOf("\n\n");
        if (blank < 0) {
            throw new VerificationException("a proof has no empty line before its checkpoint");
        }
        String[] lines = text.substring(0, blank).split("\n", MAX_PATH + 3);
        if (lines.length < 2
                || lines.length > MAX_PATH + 2
                || !lines[0].equals(HEADER)
                || !lines[1].startsWith(INDEX)) {
            throw new VerificationException("a proof does not begin with '" + HEADER + "' and an index");
        }
        long index = Decimal.parse(lines[1].substring(INDEX.length()), "a proof's index");
        List<Digest> path = new ArrayList<>();
        for (String line : List.of(lines).subList(2, lines.length)) {
            byte[] hash = StrictBase64.decode(line, "a hash of a proof");
            if (hash.length != MerkleHash.BYTES) {
                throw new VerificationException("a hash of a proof is not SHA-256");
            }
            path.add(Digest.fromBytes(hash));
        }
        return new TlogProof(index, path, text.substring(blank + 2));
    }

    /** Ready to be stored with the extension {@code .tlog-proof}. */
    public String toText() {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        text.append(INDEX).append(index).append('\n');
        path.forEach(hash -> text.append(StrictBase64.encode(hash.bytes())).append('\n'));
        return text.append('\n').append(checkpoint).toString();
    }

    /**
     * Verifies that the log of that key holds a leaf with that hash at the index.
     *
     * @return the checkpoint that says so
     * @throws VerificationException if the checkpoint or the inclusion does not verify
     */
    public Checkpoint verify(LogVerifierKey key, Digest leafHash) {
        Checkpoint head = key.verify(checkpoint);
        if (index >= head.size()) {
            throw new VerificationException("a proof is for an entry beyond its checkpoint");
        }
        if (!new InclusionProof(index, head.size(), path).proves(leafHash, head.root())) {
            throw new VerificationException("a proof does not lead from the leaf to the checkpoint's root");
        }
        return head;
    }
}
