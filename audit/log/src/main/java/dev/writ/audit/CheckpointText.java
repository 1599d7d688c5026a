package dev.writ.audit;

import dev.writ.model.Digest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a checkpoint's note says: three lines, as extension lines cannot be audited and this log writes none.
 *
 * @see <a href="https://c2sp.org/tlog-checkpoint">C2SP tlog-checkpoint</a>
 */
record CheckpointText(String origin, long size, Digest root) {

    static CheckpointText parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length != 4 || !lines[3].isEmpty() || lines[0].isEmpty()) {
            throw new VerificationException("a checkpoint is not an origin, a size and a root, a line each");
        }
        byte[] root = StrictBase64.decode(lines[2], "a checkpoint's root");
        if (root.length != MerkleHash.BYTES) {
            throw new VerificationException("a checkpoint's root is not a SHA-256 hash");
        }
        return new CheckpointText(lines[0], Decimal.parse(lines[1], "a checkpoint's size"), Digest.fromBytes(root));
    }

    /** Also one with extension lines, as other logs may write; what they say is dropped. */
    static CheckpointText parseExtended(String text) {
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length - 1; i++) {
            if (lines[i].isEmpty()) {
                throw new VerificationException("a line of a checkpoint is empty");
            }
        }
        return parse(Stream.of(lines).limit(3).map(line -> line + '\n').collect(Collectors.joining()));
    }

    String toText() {
        return origin + '\n' + size + '\n' + StrictBase64.encode(root.bytes()) + '\n';
    }
}
