package dev.writ.audit.postgres;

import dev.writ.audit.Entry;
import dev.writ.audit.Leaf;
import dev.writ.audit.Pruning;
import dev.writ.model.JsonArray;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The entries that say what is deleted. */
final class Deletions {

    static final String ERASURE = "ERASURE";
    static final String RESULTS_EXPIRED = "RESULTS_EXPIRED";
    static final String PRUNE = Pruning.KIND;
    static final String HOLD_PLACED = "HOLD_PLACED";
    static final String HOLD_RELEASED = "HOLD_RELEASED";

    private Deletions() {}

    /** The highest index below which these PRUNE entries, index and leaf, delete. */
    static OptionalLong prunedBelow(RowSet<Row> prunes) {
        OptionalLong highest = OptionalLong.empty();
        for (Row row : prunes) {
            long below = below(
                    row.getLong(0), Leaf.decode(row.getBuffer(1).getBytes()).entry());
            highest = OptionalLong.of(Math.max(highest.orElse(0), below));
        }
        return highest;
    }

    /** What a PRUNE or RESULTS_EXPIRED entry deletes is below that index, and never beyond itself. */
    static long below(long index, Entry entry) {
        return Pruning.below(index, entry);
    }

    /** The names of inputs that a RESULTS_EXPIRED entry deletes. */
    static List<String> names(Entry entry) {
        return entry.body().array("names").map(JsonArray::texts).orElse(List.of());
    }

    /** The kinds of entries that a PRUNE entry deletes. */
    static List<String> kinds(Entry entry) {
        return entry.body().array("kinds").map(JsonArray::texts).orElse(List.of());
    }

    /** The subject key that the entry destroys. */
    static Optional<String> erased(Entry entry) {
        return entry.kind().equals(ERASURE) ? entry.body().text("subjectKey") : Optional.empty();
    }
}
