package dev.writ.audit;

import dev.writ.model.Digest;

/**
 * A signed tree head.
 *
 * @param root RFC 6962 Merkle tree hash of entries [0, size)
 * @param note the signed note that says so, ready to be served
 * @see <a href="https://c2sp.org/tlog-checkpoint">C2SP tlog-checkpoint</a>
 */
public record Checkpoint(String origin, long size, Digest root, String note) {

    /**
     * Reads a note without looking at who signed it: {@link LogVerifierKey#verify} does.
     *
     * @throws VerificationException if it is not the note of a checkpoint
     */
    public static Checkpoint parse(String note) {
        CheckpointText text = CheckpointText.parse(Note.parse(note).text());
        return new Checkpoint(text.origin(), text.size(), text.root(), note);
    }
}
