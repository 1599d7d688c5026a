package dev.writ.audit.postgres;

import dev.writ.audit.AuditReader.Page;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Reads as many entries at once as fit: how large their inputs are is asked first. */
final class PageReader {

    private static final String SIZES = "SELECT idx, sum(octet_length(ciphertext)) FROM audit.input"
            + " WHERE log_id = $1 AND idx = ANY($2) AND name = ANY($3) GROUP BY idx";
    private static final String INPUTS =
            InputRow.SELECT + " WHERE i.log_id = $1 AND i.idx = ANY($2) AND i.name = ANY($3) ORDER BY i.idx, i.name";

    private final Pool pool;
    private final SubjectKeys keys;

    PageReader(Pool pool, SubjectKeys keys) {
        this.pool = pool;
        this.keys = keys;
    }

    /** Entries as their rows have them. */
    private record Raw(List<EntryRow> rows, boolean isLast) {}

    Uni<Page> read(Supplier<Future<Integer>> log, EntryQuery query, Set<String> inputs, long bytes) {
        return Uni.createFrom().deferred(() -> {
            FindStatement statement = FindStatement.of(query);
            Executor back = back();
            return Uni.createFrom()
                    .completionStage(() -> log.get()
                            .compose(id -> pool.preparedQuery(statement.sql())
                                    .execute(statement.tuple(id))
                                    .compose(rows -> fitting(id, rows, query, inputs, bytes)))
                            .toCompletionStage())
                    // Hashing, decrypting and parsing would hold up whatever else this loop serves.
                    .emitOn(Infrastructure.getDefaultWorkerPool())
                    .map(raw -> decode(raw, statement))
                    .emitOn(back);
        });
    }

    /** To where it was asked for. */
    private static Executor back() {
        Context context = Vertx.currentContext();
        return context == null ? Runnable::run : command -> context.runOnContext(back -> command.run());
    }

    private Page decode(Raw raw, FindStatement statement) {
        List<Recorded> decoded = new ArrayList<>(raw.rows().size());
        for (EntryRow row : raw.rows()) {
            Recorded recorded = row.decode(keys);
            statement.requireMatch(recorded);
            decoded.add(recorded);
        }
        return new Page(decoded, raw.isLast());
    }

    private Future<Raw> fitting(int log, RowSet<Row> found, EntryQuery query, Set<String> inputs, long bytes) {
        List<EntryRow> bare = new ArrayList<>(found.size());
        found.forEach(row -> bare.add(EntryRow.of(row, List.of())));
        boolean isLast = bare.size() < query.limit();
        String[] names = inputs.toArray(String[]::new);
        return sizes(log, bare, names).compose(sizes -> {
            List<EntryRow> fitting = fitting(bare, sizes, bytes);
            return inputs(log, fitting, names).map(opened -> {
                List<EntryRow> rows = fitting.stream()
                        .map(row -> new EntryRow(
                                row.index(), row.leafHash(), row.leaf(), opened.getOrDefault(row.index(), List.of())))
                        .toList();
                return new Raw(rows, isLast && rows.size() == bare.size());
            });
        });
    }

    private static List<EntryRow> fitting(List<EntryRow> rows, Map<Long, Long> sizes, long bytes) {
        long room = bytes;
        for (int i = 0; i < rows.size(); i++) {
            room -= rows.get(i).weight() + sizes.getOrDefault(rows.get(i).index(), 0L);
            if (room < 0 && i > 0) {
                return rows.subList(0, i);
            }
        }
        return rows;
    }

    private Future<Map<Long, Long>> sizes(int log, List<EntryRow> rows, String[] names) {
        if (rows.isEmpty() || names.length == 0) {
            return Future.succeededFuture(Map.of());
        }
        return pool.preparedQuery(SIZES)
                .execute(Tuple.of(log, indices(rows), names))
                .map(found -> {
                    Map<Long, Long> sizes = new HashMap<>();
                    found.forEach(row -> sizes.put(row.getLong(0), row.getLong(1)));
                    return sizes;
                });
    }

    private Future<Map<Long, List<InputRow>>> inputs(int log, List<EntryRow> rows, String[] names) {
        return rows.isEmpty() || names.length == 0
                ? Future.succeededFuture(Map.of())
                : pool.preparedQuery(INPUTS)
                        .execute(Tuple.of(log, indices(rows), names))
                        .map(InputRow::byIndex);
    }

    private static Long[] indices(List<EntryRow> rows) {
        return rows.stream().map(EntryRow::index).toArray(Long[]::new);
    }
}
