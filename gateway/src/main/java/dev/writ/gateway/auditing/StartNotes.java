package dev.writ.gateway.auditing;

import dev.writ.audit.RowChange;
import dev.writ.model.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What a feature adds to the {@code STARTED} entry of its process. */
public interface StartNotes {

    /**
     * The members to add.
     *
     * @param size of the log that this process has followed
     */
    Map<String, JsonValue> at(long size);

    /** Rows that are to be there from then on, such as of tasks that run for ever. They are written with the entry. */
    default List<RowChange> rows(Instant now) {
        return List.of();
    }
}
