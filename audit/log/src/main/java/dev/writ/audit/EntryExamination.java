package dev.writ.audit;

import dev.writ.model.Digest;
import java.util.Optional;
import java.util.function.Function;

/** What an entry tells by itself, without its neighbours: so that many can be examined at once. */
record EntryExamination(long index, Digest leafHash, KeyTally keys, Optional<KeyChange> keyChange) {

    /** @throws BrokenLogException if the store says anything else than the leaf */
    static EntryExamination of(
            StoredEntry stored, KeyTally salted, Function<CommittedInputs, Optional<String>> beside) {
        LeafFacts leaf = leaf(stored);
        Digest leafHash = Digest.fromBytes(MerkleHash.leaf(stored.leaf()));
        requireSame(stored, "leaf hash", stored.leafHash().equals(leafHash));
        requireSame(stored, "column kind", stored.kind().equals(leaf.kind()));
        requireSame(stored, "time", stored.at().equals(leaf.at()));
        for (Column column : Column.values()) {
            String value = stored.columns().get(column);
            requireSame(
                    stored,
                    "column " + column.text(),
                    leaf.column(column).map(text -> text.equals(value)).orElse(value == null));
        }
        requireSame(
                stored, "number of keys", stored.keys().size() == leaf.keys().size());
        KeyTally keys = salted.another();
        for (String key : leaf.keys()) {
            requireSame(stored, "entry key", leafHash.equals(stored.keys().get(key)));
            keys.add(key, stored.index(), leafHash);
        }
        beside.apply(leaf.inputs()).ifPresent(wrong -> {
            throw new BrokenLogException(stored.index(), "entry " + stored.index() + ": " + wrong);
        });
        return new EntryExamination(stored.index(), leafHash, keys, keyChange(stored, leaf.kind()));
    }

    private static Optional<KeyChange> keyChange(StoredEntry stored, String kind) {
        try {
            return KeyChange.isStatedBy(kind)
                    ? KeyChange.of(Leaf.decode(stored.leaf()).entry())
                    : Optional.empty();
        } catch (VerificationException malformed) {
            throw new BrokenLogException(stored.index(), "entry " + stored.index() + ": " + malformed.getMessage());
        }
    }

    private static LeafFacts leaf(StoredEntry stored) {
        try {
            return LeafFacts.of(stored.leaf());
        } catch (VerificationException malformed) {
            throw new BrokenLogException(stored.index(), "entry " + stored.index() + ": " + malformed.getMessage());
        }
    }

    private static void requireSame(StoredEntry stored, String what, boolean same) {
        if (!same) {
            throw new BrokenLogException(
                    stored.index(), "entry " + stored.index() + ": its stored " + what + " is not that of its leaf");
        }
    }
}
