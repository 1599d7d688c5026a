package dev.writ.audit.postgres;

import dev.writ.audit.Commitment;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Leaf;
import dev.writ.audit.MerkleHash;
import dev.writ.audit.SealedInput;
import dev.writ.audit.Settled;
import dev.writ.audit.SubjectKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A settled draft, ready to be written.
 *
 * @param upTo size of the log that it was settled against
 * @param isProvisional whether it was settled against entries of a batch that is not committed yet
 */
@SuppressWarnings("ArrayRecordComponent") // made once, never compared
record Sealed<T>(
        Settled<T> settled, byte[] leaf, byte[] leafHash, List<SealedInput> inputs, long upTo, boolean isProvisional) {

    static <T> Sealed<T> of(
            Settled<T> settled, Optional<SubjectKey> key, SecureRandom random, long upTo, boolean isProvisional) {
        Entry entry = settled.entry();
        List<SealedInput> inputs = new ArrayList<>(entry.inputs().size());
        Map<String, Commitment> commitments = new HashMap<>();
        for (Input input : entry.inputs()) {
            SealedInput sealed = SealedInput.seal(key.orElseThrow(), input, random);
            inputs.add(sealed);
            if (commitments.put(sealed.name(), sealed.commitment()) != null) {
                throw new IllegalArgumentException(
                        "an entry of kind " + entry.kind() + " has two inputs of the same name");
            }
        }
        byte[] leaf = Leaf.of(entry, commitments).bytes();
        return new Sealed<>(settled, leaf, MerkleHash.leaf(leaf), inputs, upTo, isProvisional);
    }

    Entry entry() {
        return settled.entry();
    }

    /** Roughly what it takes in memory. */
    long weight() {
        long weight = leaf.length;
        for (SealedInput input : inputs) {
            weight += input.ciphertext().length;
        }
        return weight;
    }

    @Override
    public String toString() {
        return "Sealed[" + settled.entry() + "]";
    }
}
