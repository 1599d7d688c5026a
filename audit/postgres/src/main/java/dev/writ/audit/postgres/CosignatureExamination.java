package dev.writ.audit.postgres;

import dev.writ.audit.VerifyResult;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Optional;

/**
 * Examines what witnesses are said to have said: each line is a timestamped Ed25519 cosignature, of the witness and the time
 * that its row names, for a checkpoint that is there.
 *
 * @see <a href="https://c2sp.org/tlog-cosignature">C2SP tlog-cosignature</a>
 */
final class CosignatureExamination {

    private static final String SIGNATURE = "\u2014 ";
    private static final int BYTES = Integer.BYTES + Long.BYTES + 64;
    private static final String COSIGNATURES =
            "SELECT s.size, s.witness, s.line, s.signed_at, c.note, coalesce(c.prev_size, 0)"
                    + " FROM audit.cosignature s LEFT JOIN audit.checkpoint c ON c.log_id = s.log_id AND c.size = s.size"
                    + " WHERE s.log_id = ? ORDER BY s.size, s.witness";

    private CosignatureExamination() {}

    /** The first thing that is wrong. */
    static Optional<VerifyResult.Broken> examine(Connection connection, int log, CosignatureCheck check)
            throws SQLException {
        try (Cursor cosignatures = Cursor.open(connection, COSIGNATURES, log)) {
            for (; cosignatures.isAtRow(); cosignatures.next()) {
                ResultSet row = cosignatures.row();
                Optional<String> wrong = wrong(row, check);
                if (wrong.isPresent()) {
                    return Optional.of(new VerifyResult.Broken(
                            row.getLong(6), "a cosignature of checkpoint " + row.getLong(1) + " " + wrong.get()));
                }
            }
            return Optional.empty();
        }
    }

    private static Optional<String> wrong(ResultSet row, CosignatureCheck check) throws SQLException {
        try {
            return examine(row, check);
        } catch (RuntimeException malformed) {
            // Such as a column that somebody emptied.
            return Optional.of("is malformed: " + malformed);
        }
    }

    private static Optional<String> examine(ResultSet row, CosignatureCheck check) throws SQLException {
        String witness = row.getString(2);
        String line = row.getString(3);
        String note = row.getString(5);
        if (note == null) {
            return Optional.of("is of a checkpoint that is not there");
        }
        String before = SIGNATURE + witness + " ";
        if (witness.isEmpty() || witness.matches(".*[\\s+].*") || !line.startsWith(before)) {
            return Optional.of("is not a line of its witness");
        }
        String text = line.substring(before.length());
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            return Optional.of("is not base64");
        }
        if (bytes.length != BYTES || !Base64.getEncoder().encodeToString(bytes).equals(text)) {
            return Optional.of("is not that of a timestamped Ed25519 signature");
        }
        Instant at = row.getObject(4, OffsetDateTime.class).toInstant();
        if (ByteBuffer.wrap(bytes).getLong(Integer.BYTES) != at.getEpochSecond() || at.getNano() != 0) {
            return Optional.of("is of another time than its row says");
        }
        return check.wrong(note, line);
    }
}
