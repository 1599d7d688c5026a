package dev.writ.audit.postgres;

import dev.writ.audit.Commitment;
import dev.writ.audit.Leaf;
import dev.writ.audit.MasterKey;
import dev.writ.audit.SealedInput;
import dev.writ.audit.StoredEntry;
import dev.writ.audit.SubjectKey;
import dev.writ.audit.VerificationException;
import dev.writ.audit.VerifyResult;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds inputs against the leaves that commit to them. Inputs may be missing, since they can be erased; none may be extra. */
final class InputExamination {

    private static final int KEYS_AT_HAND = 10_000;

    private final Optional<MasterKey> masterKey;
    private final Map<String, SubjectKey> keys = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SubjectKey> eldest) {
            return size() > KEYS_AT_HAND;
        }
    };
    private Optional<VerifyResult.Broken> broken = Optional.empty();

    InputExamination(Optional<MasterKey> masterKey) {
        this.masterKey = masterKey;
    }

    /** The first thing that is wrong. */
    Optional<VerifyResult.Broken> broken() {
        return broken;
    }

    /** Examines the rows (index, name, subject key, ciphertext, wrapped key) of an entry. */
    void examine(StoredEntry entry, Cursor inputs) throws SQLException {
        if (!inputs.isAtRow() || inputs.row().getLong(1) > entry.index()) {
            return;
        }
        @Nullable Leaf leaf = decode(entry);
        while (inputs.isAtRow() && inputs.row().getLong(1) <= entry.index()) {
            if (inputs.row().getLong(1) < entry.index()) {
                report(inputs.row().getLong(1), "an input belongs to no entry");
            } else if (leaf != null) {
                examine(entry.index(), leaf, inputs.row());
            }
            inputs.next();
        }
    }

    /** Nothing may be left once all entries are through. */
    void requireNoMore(Cursor inputs) throws SQLException {
        if (inputs.isAtRow()) {
            report(inputs.row().getLong(1), "an input belongs to no entry");
        }
    }

    private static @Nullable Leaf decode(StoredEntry entry) {
        try {
            return Leaf.decode(entry.leaf());
        } catch (VerificationException reportedByTheLogVerifier) {
            return null;
        }
    }

    private void examine(long index, Leaf leaf, ResultSet row) throws SQLException {
        String name = row.getString(2);
        String subjectKey = row.getString(3);
        Commitment commitment = leaf.commitments().get(name);
        if (commitment == null || !subjectKey.equals(leaf.entry().subjectKey())) {
            report(index, "entry " + index + " has an input that its leaf does not commit to");
            return;
        }
        byte[] wrapped = row.getBytes(5);
        if (masterKey.isPresent() && wrapped != null) {
            try {
                SubjectKey key =
                        keys.computeIfAbsent(subjectKey, id -> masterKey.get().unwrap(id, wrapped));
                SealedInput.of(name, commitment, row.getBytes(4)).open(key);
            } catch (VerificationException wrong) {
                report(index, "entry " + index + ": " + wrong.getMessage());
            }
        }
    }

    private void report(long index, String what) {
        if (broken.isEmpty()) {
            broken = Optional.of(new VerifyResult.Broken(index, what));
        }
    }
}
