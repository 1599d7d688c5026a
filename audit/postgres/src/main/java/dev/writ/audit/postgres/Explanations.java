package dev.writ.audit.postgres;

import dev.writ.audit.Entry;
import dev.writ.audit.Kept;
import dev.writ.audit.Leaf;
import dev.writ.audit.VerificationException;
import dev.writ.audit.VerifyResult;
import dev.writ.model.Digest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the log says was deleted. It is read ahead of what it explains; that these entries are the log's own shows when all
 * entries are verified, in the same snapshot.
 */
final class Explanations {

    private static final String ENTRIES = "SELECT idx, leaf FROM audit.entry WHERE log_id = ? AND kind IN ('"
            + Deletions.ERASURE + "', '" + Deletions.RESULTS_EXPIRED + "', '" + Deletions.PRUNE + "', '"
            + Deletions.HOLD_PLACED + "', '" + Deletions.HOLD_RELEASED + "') ORDER BY idx";

    private static final String DESTROYED = "SELECT id FROM audit.subject_key WHERE wrapped_key IS NULL";

    private final Set<String> destroyed = new HashSet<>();
    private final Map<String, Set<Instant>> erased = new HashMap<>();
    private final List<Expired> expired = new ArrayList<>();
    private final List<Pruned> prunes = new ArrayList<>();
    private long prunedBelow;

    /** The holds so far that were not released yet, each with the subject that it keeps; without one it keeps everybody. */
    private final Map<String, Optional<String>> holds = new HashMap<>();

    /** An expiry that came while subjects were held has not deleted theirs. */
    private record Expired(long below, Set<String> names, Set<Optional<String>> held) {
        boolean explains(long index, String subjectKey, String name) {
            return index < below
                    && names.contains(name)
                    && !held.contains(Optional.<String>empty())
                    && !held.contains(Optional.of(subjectKey));
        }
    }

    /** A prune, and what is there of what it says it keeps. */
    private record Pruned(long at, long below, Set<String> kinds, Kept said, Kept.Sum found) {
        boolean keeps(long index, String kind) {
            return index < below && !kinds.contains(kind);
        }
    }

    private Explanations() {}

    static Explanations read(Connection connection, int log) throws SQLException {
        Explanations explanations = new Explanations();
        try (Cursor entries = Cursor.open(connection, ENTRIES, log)) {
            for (; entries.isAtRow(); entries.next()) {
                explanations.add(entries.row());
            }
        }
        try (Cursor keys = Cursor.open(connection, DESTROYED)) {
            for (; keys.isAtRow(); keys.next()) {
                explanations.destroyed.add(keys.row().getString(1));
            }
        }
        return explanations;
    }

    private void add(ResultSet row) throws SQLException {
        long index = row.getLong(1);
        Entry entry;
        try {
            entry = Leaf.decode(row.getBytes(2)).entry();
        } catch (VerificationException reportedByTheLogVerifier) {
            return;
        }
        Deletions.erased(entry)
                .ifPresent(subject -> erased.computeIfAbsent(subject, none -> new HashSet<>(1))
                        .add(entry.at()));
        long below = Deletions.below(index, entry);
        if (entry.kind().equals(Deletions.PRUNE)) {
            Kept.of(entry).ifPresent(kept -> addPrune(index, below, entry, kept));
        } else if (entry.kind().equals(Deletions.RESULTS_EXPIRED)) {
            expired.add(new Expired(below, Set.copyOf(Deletions.names(entry)), Set.copyOf(holds.values())));
        }
        entry.body().text("hold").ifPresent(hold -> {
            if (entry.kind().equals(Deletions.HOLD_PLACED)) {
                holds.put(hold, entry.body().text("subjectKey"));
            } else if (entry.kind().equals(Deletions.HOLD_RELEASED)) {
                holds.remove(hold);
            }
        });
    }

    private void addPrune(long index, long below, Entry entry, Kept kept) {
        Set<String> kinds = Set.copyOf(Deletions.kinds(entry));
        // What an earlier one kept may go by a later one that names more kinds.
        prunes.removeIf(earlier -> !earlier.kinds().containsAll(kinds));
        prunes.add(new Pruned(index, below, kinds, kept, new Kept.Sum()));
        prunedBelow = Math.max(prunedBelow, below);
    }

    /** An entry is there; all are told, by index. */
    void isThere(long index, String kind, Digest leafHash) {
        if (index < prunedBelow) {
            byte[] hash = leafHash.bytes();
            prunes.stream()
                    .filter(prune -> prune.keeps(index, kind))
                    .forEach(prune -> prune.found().add(index, hash));
        }
    }

    /** Once all were told: whether a prune is to blame for more than it deletes. */
    Optional<VerifyResult.Broken> missing() {
        for (Pruned prune : prunes) {
            Kept found = prune.found().end();
            if (!found.equals(prune.said())) {
                return Optional.of(new VerifyResult.Broken(
                        prune.at(),
                        "entry " + prune.at() + " says that " + prune.said().count() + " entries below index "
                                + prune.below() + " stay, and there are " + found.count()
                                + (found.count() == prune.said().count() ? " others" : "")));
            }
        }
        return Optional.empty();
    }

    /** Whether an entry may be missing. Only whole partitions are pruned. */
    boolean isPruned(long index) {
        return Partitions.endOf(index) <= prunedBelow;
    }

    /** Whether the subject's key may have been destroyed then. */
    boolean isErased(String subjectKey, Instant at) {
        return erased.getOrDefault(subjectKey, Set.of()).contains(at);
    }

    /** Whether that input of an entry may be missing. */
    boolean isGone(long index, String subjectKey, String name) {
        return (erased.containsKey(subjectKey) && destroyed.contains(subjectKey))
                || expired.stream().anyMatch(over -> over.explains(index, subjectKey, name));
    }
}
