package dev.writ.audit.postgres;

import dev.writ.audit.Commitment;
import dev.writ.audit.CommittedInputs;
import dev.writ.audit.MasterKey;
import dev.writ.audit.SealedInput;
import dev.writ.audit.SubjectKey;
import dev.writ.audit.VerificationException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Holds inputs against the leaves that commit to them: none may be extra, and those that are missing must be explained by
 * entries. Safe for every thread.
 */
final class InputExamination {

    private static final int KEYS_AT_HAND = 10_000;

    private final Optional<MasterKey> masterKey;
    private final Explanations explanations;
    private final Map<String, SubjectKey> keys = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SubjectKey> eldest) {
            return size() > KEYS_AT_HAND;
        }
    };

    InputExamination(Optional<MasterKey> masterKey, Explanations explanations) {
        this.masterKey = masterKey;
        this.explanations = explanations;
    }

    /** A row of {@code audit.input} with the wrapped key that opens it. */
    @SuppressWarnings("ArrayRecordComponent") // as read from a row, never compared
    record Stored(
            String name, String subjectKey, boolean isFollowed, byte[] ciphertext, byte @Nullable [] wrappedKey) {}

    /** Takes the rows (index, name, subject key, followed, ciphertext, wrapped key) of an entry. */
    static List<Stored> take(Cursor inputs, long index) throws SQLException {
        if (!inputs.isAtRow() || inputs.row().getLong(1) != index) {
            return List.of();
        }
        List<Stored> taken = new ArrayList<>(2);
        while (inputs.isAtRow() && inputs.row().getLong(1) == index) {
            ResultSet row = inputs.row();
            taken.add(new Stored(
                    row.getString(2), row.getString(3), row.getBoolean(4), row.getBytes(5), row.getBytes(6)));
            inputs.next();
        }
        return taken;
    }

    /** What is wrong with the inputs of an entry, if anything is. */
    Optional<String> examine(long index, CommittedInputs leaf, List<Stored> stored) {
        TreeSet<String> missing = new TreeSet<>(leaf.commitments().keySet());
        for (Stored input : stored) {
            Optional<String> wrong = examine(leaf, input);
            if (wrong.isPresent()) {
                return wrong;
            }
            missing.remove(input.name());
        }
        String subjectKey = leaf.subjectKey();
        return missing.stream()
                .filter(name -> !explanations.isGone(index, subjectKey, name))
                .findFirst()
                .map(name -> "an input that its leaf commits to is missing, and no entry says that it was erased");
    }

    private Optional<String> examine(CommittedInputs leaf, Stored input) {
        Commitment commitment = leaf.commitments().get(input.name());
        if (commitment == null || !input.subjectKey().equals(leaf.subjectKey())) {
            return Optional.of("it has an input that its leaf does not commit to");
        }
        if (input.isFollowed() == leaf.aside().contains(input.name())) {
            return Optional.of("its leaf says otherwise of which inputs are followed");
        }
        byte[] wrapped = input.wrappedKey();
        if (wrapped == null) {
            return Optional.of("the key of its inputs is missing or destroyed, but they are there");
        }
        return masterKey.isPresent() ? open(masterKey.get(), commitment, input, wrapped) : Optional.empty();
    }

    private Optional<String> open(MasterKey master, Commitment commitment, Stored input, byte[] wrappedKey) {
        try {
            SealedInput.of(input.name(), commitment, input.ciphertext())
                    .open(unwrap(master, input.subjectKey(), wrappedKey));
            return Optional.empty();
        } catch (VerificationException wrong) {
            return Optional.of(String.valueOf(wrong.getMessage()));
        }
    }

    private SubjectKey unwrap(MasterKey master, String id, byte[] wrappedKey) {
        synchronized (keys) {
            return keys.computeIfAbsent(id, missing -> master.unwrap(missing, wrappedKey));
        }
    }
}
