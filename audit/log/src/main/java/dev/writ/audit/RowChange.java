package dev.writ.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of governed state that an entry implies. It runs in the transaction of its entry.
 *
 * @param sql one statement; {@code $1} is the entry's index and {@code $2} its leaf hash, so that the row can carry both
 * @param parameters from {@code $3} on
 */
public record RowChange(String sql, List<@Nullable Object> parameters) {

    public RowChange {
        parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
    }

    @Override
    public String toString() {
        return "RowChange[" + sql + "]";
    }
}
