package dev.writ.audit.postgres;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Frontier;
import dev.writ.audit.LogSigner;
import dev.writ.audit.VerificationException;
import dev.writ.model.Digest;

/** Decides whether a tree head that comes from the database is one that this log's key signed. */
final class HeadVerifier {

    private final LogSigner signer;

    HeadVerifier(LogSigner signer) {
        this.signer = signer;
    }

    /**
     * Verifies that the frontier makes the root and that the note is the log's signature over size and root.
     *
     * @throws VerificationException if not
     */
    Head verify(long size, byte[] root, byte[] frontierBytes, String note) {
        Frontier frontier;
        try {
            frontier = Frontier.fromBytes(frontierBytes);
        } catch (IllegalArgumentException malformed) {
            throw new VerificationException("the frontier of checkpoint " + size + " is malformed", malformed);
        }
        if (frontier.size() != size || !Digest.fromBytes(frontier.root()).equals(Digest.fromBytes(root))) {
            throw new VerificationException("the frontier of checkpoint " + size + " does not make its root");
        }
        // Ed25519 is deterministic (RFC 8032 5.1.6), and signing again takes a tenth of the time that the JDK takes to
        // verify:
        // the same note is the proof. The new signature is compared and dropped.
        Checkpoint again = signer.sign(frontier);
        if (again.note().equals(note)) {
            return new Head(frontier, again);
        }
        Checkpoint verified = signer.keys().verify(note);
        if (verified.size() != size || !verified.root().equals(again.root())) {
            throw new VerificationException("the note of checkpoint " + size + " is about another tree");
        }
        return new Head(frontier, verified);
    }
}
