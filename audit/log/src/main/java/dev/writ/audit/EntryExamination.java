package dev.writ.audit;

import dev.writ.model.Digest;
import java.util.Optional;
import java.util.function.Function;

/** What an entry tells by itself, without its neighbours: so that many can be examined at once. */
record EntryExamination(long index, Digest leafHash, KeyTally keys, Optional<KeyChange> keyChange) {

    /** @throws BrokenLogException if the store says anything else than the leaf */
    static EntryExamination of(StoredEntry stored, KeyTally salted, Function<Leaf, Optional<String>> beside) {
        Leaf leaf = leaf(stored);
        Digest leafHash = Digest.fromBytes(MerkleHash.leaf(stored.leaf()));
        Entry entry = leaf.entry();
        requireSame(stored, "leaf hash", stored.leafHash().equals(leafHash));
        requireSame(stored, "column kind", stored.kind().equals(entry.kind()));
        requireSame(stored, "time", stored.at().equals(entry.at()));
        for (Column column : Column.values()) {
            String value = stored.columns().get(column);
            requireSame(
                    stored,
                    "column " + column.text(),
                    entry.column(column).map(text -> text.equals(value)).orElse(value == null));
        }
        requireSame(
                stored, "number of keys", stored.keys().size() == entry.keys().size());
        KeyTally keys = salted.another();
        for (String key : entry.keys()) {
            requireSame(stored, "entry key", leafHash.equals(stored.keys().get(key)));
            keys.add(key, stored.index(), leafHash);
        }
        beside.apply(leaf).ifPresent(wrong -> {
            throw new BrokenLogException(stored.index(), "entry " + stored.index() + ": " + wrong);
        });
        return new EntryExamination(stored.index(), leafHash, keys, keyChange(stored, entry));
    }

    private static Optional<KeyChange> keyChange(StoredEntry stored, Entry entry) {
        try {
            return KeyChange.of(entry);
        } catch (VerificationException malformed) {
            throw new BrokenLogException(stored.index(), "entry " + stored.index() + ": " + malformed.getMessage());
        }
    }

    private static Leaf leaf(StoredEntry stored) {
        try {
            return Leaf.decode(stored.leaf());
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
