package dev.writ.audit.postgres;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the database says of the log from some index on; nothing of it is verified.
 *
 * @param entries contiguous or not, as they come
 */
@SuppressWarnings("ArrayRecordComponent") // as read from a row, never compared
record View(long size, byte[] root, byte[] frontier, String note, List<EntryRow> entries) {

    static View of(RowSet<Row> head, RowSet<Row> tail, RowSet<Row> inputs) {
        if (head.size() == 0) {
            throw new DatabaseException("the log has no checkpoint");
        }
        Row row = head.iterator().next();
        Map<Long, List<InputRow>> byIndex = InputRow.byIndex(inputs);
        List<EntryRow> entries = new ArrayList<>(tail.size());
        for (Row entry : tail) {
            entries.add(EntryRow.of(entry, byIndex.getOrDefault(entry.getLong(0), List.of())));
        }
        return new View(
                row.getLong(0), row.getBuffer(1).getBytes(), row.getBuffer(2).getBytes(), row.getString(3), entries);
    }
}
