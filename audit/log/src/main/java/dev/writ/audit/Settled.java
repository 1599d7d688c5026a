package dev.writ.audit;

import java.util.List;

/**
 * What a draft came to.
 *
 * @param rows changes of governed state, committed with the entry or not at all
 * @param outcome handed back to the caller of {@link AuditLog#append}
 */
public record Settled<T>(Entry entry, List<RowChange> rows, T outcome) {

    public Settled {
        rows = List.copyOf(rows);
    }

    public Settled(Entry entry, T outcome) {
        this(entry, List.of(), outcome);
    }
}
