package dev.writ.audit.postgres;

import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Leaf;
import dev.writ.audit.MerkleHash;
import dev.writ.audit.Recorded;
import dev.writ.audit.SealedInput;
import dev.writ.audit.VerificationException;
import dev.writ.model.Digest;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An entry as its rows have it. */
@SuppressWarnings("ArrayRecordComponent") // as read from a row, never compared
record EntryRow(long index, byte[] leafHash, byte[] leaf, List<InputRow> inputs) {

    /** What is selected for {@link #of}. */
    static final String COLUMNS = "idx, leaf_hash, leaf";

    static EntryRow of(Row row, List<InputRow> inputs) {
        return new EntryRow(
                row.getLong(0), row.getBuffer(1).getBytes(), row.getBuffer(2).getBytes(), inputs);
    }

    /** Roughly what it takes in memory once it is decoded. */
    long weight() {
        long weight = leaf.length;
        for (InputRow input : inputs) {
            weight += input.ciphertext().length;
        }
        return weight;
    }

    /**
     * Reads the leaf and opens the inputs.
     *
     * @throws VerificationException if the leaf has another hash than the row says, or an input is not the one committed to
     */
    Recorded decode(SubjectKeys keys) {
        Leaf decoded = checkedLeaf();
        Entry bare = decoded.entry();
        Entry entry = inputs.isEmpty()
                ? bare
                : new Entry(
                        bare.kind(),
                        bare.at(),
                        bare.keys(),
                        bare.topics(),
                        bare.columns(),
                        bare.body(),
                        bare.subjectKey(),
                        open(decoded, keys));
        return new Recorded(index, Digest.fromBytes(leafHash), entry);
    }

    /**
     * Reads the leaf.
     *
     * @throws VerificationException if it has another hash than the row says
     */
    Leaf checkedLeaf() {
        if (!Arrays.equals(MerkleHash.leaf(leaf), leafHash)) {
            throw new VerificationException("the leaf of entry " + index + " does not have the hash beside it");
        }
        return Leaf.decode(leaf);
    }

    private List<Input> open(Leaf decoded, SubjectKeys keys) {
        List<Input> opened = new ArrayList<>(inputs.size());
        for (InputRow input : inputs) {
            var commitment = decoded.commitments().get(input.name());
            if (commitment == null || !input.subjectKey().equals(decoded.entry().subjectKey())) {
                throw new VerificationException("entry " + index + " has an input that its leaf does not commit to");
            }
            if (input.followed() == decoded.aside().contains(input.name())) {
                throw new VerificationException("an input of entry " + index + " is not set aside as its leaf says");
            }
            SealedInput sealed = SealedInput.of(input.name(), commitment, input.ciphertext());
            opened.add(new Input(
                    input.name(), sealed.open(keys.unwrap(input.subjectKey(), input.wrappedKey())), input.followed()));
        }
        return opened;
    }
}
