package dev.writ.audit.postgres;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An input as its row has it, with the wrapped key that opens it. */
@SuppressWarnings("ArrayRecordComponent") // as read from a row, never compared
record InputRow(long index, String name, boolean followed, byte[] ciphertext, String subjectKey, byte[] wrappedKey) {

    /** What is selected for {@link #byIndex}; inputs whose key was destroyed cannot be read and so are left out. */
    static final String SELECT = "SELECT i.idx, i.name, i.followed, i.ciphertext, i.subject_key, k.wrapped_key"
            + " FROM audit.input i JOIN audit.subject_key k ON k.id = i.subject_key AND k.wrapped_key IS NOT NULL";

    static Map<Long, List<InputRow>> byIndex(RowSet<Row> rows) {
        Map<Long, List<InputRow>> byIndex = new HashMap<>();
        for (Row row : rows) {
            InputRow input = new InputRow(
                    row.getLong(0),
                    row.getString(1),
                    row.getBoolean(2),
                    row.getBuffer(3).getBytes(),
                    row.getString(4),
                    row.getBuffer(5).getBytes());
            byIndex.computeIfAbsent(input.index(), none -> new ArrayList<>(1)).add(input);
        }
        return byIndex;
    }
}
