package dev.writ.audit;

import dev.writ.model.Digest;
import java.util.ArrayList;
import java.util.List;

/**
 * What a log asks of a witness: to cosign a checkpoint, which a proof shows to extend the one that it cosigned last.
 *
 * @param oldSize of the checkpoint that the witness cosigned last; 0 if none
 * @param proof of consistency from there
 * @param note the checkpoint
 * @see <a href="https://c2sp.org/tlog-witness">C2SP tlog-witness</a>, add-checkpoint
 */
public record AddCheckpoint(long oldSize, List<Digest> proof, String note) {

    private static final String OLD = "old ";
    private static final int MAX_PROOF = 63;

    public AddCheckpoint {
        proof = List.copyOf(proof);
        if (oldSize < 0 || proof.size() > MAX_PROOF) {
            throw new IllegalArgumentException("a proof goes from a size, in at most " + MAX_PROOF + " hashes");
        }
    }

    /**
     * Reads the body of a request. The note is not looked into.
     *
     * @throws VerificationException if it is not a request, to the last byte
     */
    public static AddCheckpoint parse(String body) {
        int end = body.indexOf("\n\n");
        String[] lines = end < 0 ? new String[0] : body.substring(0, end).split("\n", MAX_PROOF + 3);
        if (lines.length == 0 || lines.length > 1 + MAX_PROOF || !lines[0].startsWith(OLD)) {
            throw new VerificationException(
                    "a request is a line 'old <size>', up to 63 hashes, an empty line and a checkpoint");
        }
        List<Digest> proof = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            byte[] hash = StrictBase64.decode(lines[i], "a hash of the proof");
            if (hash.length != MerkleHash.BYTES) {
                throw new VerificationException("a hash of the proof is not a SHA-256 hash");
            }
            proof.add(Digest.fromBytes(hash));
        }
        long oldSize = Decimal.parse(lines[0].substring(OLD.length()), "the old size");
        return new AddCheckpoint(oldSize, proof, body.substring(end + 2));
    }

    public String toText() {
        StringBuilder text = new StringBuilder(OLD).append(oldSize).append('\n');
        proof.forEach(hash -> text.append(StrictBase64.encode(hash.bytes())).append('\n'));
        return text.append('\n').append(note).toString();
    }
}
