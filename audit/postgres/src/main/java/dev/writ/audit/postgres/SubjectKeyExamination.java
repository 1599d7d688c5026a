package dev.writ.audit.postgres;

import dev.writ.audit.MasterKey;
import dev.writ.audit.VerificationException;
import dev.writ.audit.VerifyResult;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Examines the keys of subjects: each opens with the master key, or was destroyed by an entry that says so. */
final class SubjectKeyExamination {

    private static final String KEYS = "SELECT k.id, k.wrapped_key, k.destroyed_at,"
            + " (SELECT min(i.idx) FROM audit.input i WHERE i.subject_key = k.id)"
            + " FROM audit.subject_key k ORDER BY k.id";

    private SubjectKeyExamination() {}

    /** The first thing that is wrong; at index 0 if no input is under the key. */
    static Optional<VerifyResult.Broken> examine(
            Connection connection, Optional<MasterKey> masterKey, Explanations explanations) throws SQLException {
        try (Cursor keys = Cursor.open(connection, KEYS)) {
            for (; keys.isAtRow(); keys.next()) {
                Optional<String> wrong = examine(keys.row(), masterKey, explanations);
                if (wrong.isPresent()) {
                    return Optional.of(new VerifyResult.Broken(keys.row().getLong(4), wrong.get()));
                }
            }
            return Optional.empty();
        }
    }

    private static Optional<String> examine(ResultSet row, Optional<MasterKey> masterKey, Explanations explanations)
            throws SQLException {
        String id = row.getString(1);
        byte[] wrapped = row.getBytes(2);
        OffsetDateTime destroyedAt = row.getObject(3, OffsetDateTime.class);
        if (wrapped == null || destroyedAt != null) {
            return wrapped == null && destroyedAt != null && explanations.isErased(id, destroyedAt.toInstant())
                    ? Optional.empty()
                    : Optional.of("a subject's key was destroyed, and no entry says that it was, or then");
        }
        try {
            masterKey.ifPresent(master -> master.unwrap(id, wrapped));
            return Optional.empty();
        } catch (VerificationException changed) {
            return Optional.of("a subject's key does not open: it was changed, or belongs to another subject");
        }
    }
}
