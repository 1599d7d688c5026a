package dev.writ.gateway.catalog;

import dev.writ.model.ToolName;
import java.util.Map;

/** Where one connector stands on this replica. */
sealed interface Standing {

    /** Of the newest entry about it. */
    long index();

    /** Its tools can be called. */
    record Pinned(long index, OpenConnector connector, Map<ToolName, PinnedTool> tools) implements Standing {
        static Pinned at(long index, OpenConnector connector) {
            return new Pinned(index, connector, connector.pin(index));
        }
    }

    /** Its entry has arrived, its row is being read. */
    record Pending(long index) implements Standing {}

    /** Its row does not match its entry, or cannot be used. */
    record Refused(long index) implements Standing {}

    /** It was removed. */
    record Removed(long index) implements Standing {}
}
