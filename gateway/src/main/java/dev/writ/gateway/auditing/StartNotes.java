package dev.writ.gateway.auditing;

import dev.writ.model.JsonValue;
import java.util.Map;

/** What a feature adds to the {@code STARTED} entry of its process. */
public interface StartNotes {

    /**
     * The members to add.
     *
     * @param size of the log that this process has followed
     */
    Map<String, JsonValue> at(long size);
}
