package dev.writ.audit;

import java.time.Instant;

/**
 * What a witness says of a checkpoint: that by then it was the largest tree of the log it had seen, and extends all it had seen
 * before.
 *
 * @param witness name of the witness's key
 * @param signedAt by the witness's clock, in whole seconds
 * @param line the signature line, with its final newline, to be put below the checkpoint's others
 * @see <a href="https://c2sp.org/tlog-cosignature">C2SP tlog-cosignature</a>
 */
public record Cosignature(String witness, Instant signedAt, String line) {

    /** The same note with this below it. */
    public String below(String note) {
        return note + line;
    }
}
