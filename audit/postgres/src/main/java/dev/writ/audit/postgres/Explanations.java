package dev.writ.audit.postgres;

import dev.writ.audit.Entry;
import dev.writ.audit.Leaf;
import dev.writ.audit.VerificationException;
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
            prunedBelow = Math.max(prunedBelow, below);
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
