package dev.writ.audit.postgres;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.SealedInput;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The statement that writes a batch on top of the head it was made for. If the newest checkpoint is another one, or a row count is
 * off, it divides by zero, which aborts the transaction although COMMIT is on its way already.
 */
final class BatchStatement {

    /** Replicas are told of every batch. */
    static final String CHANNEL = "writ_audit";

    static final String SQL = """
            WITH entries AS (
              INSERT INTO audit.entry (log_id, idx, leaf_hash, leaf, kind, ts,
                call, verdict, agent, subject, session, tool, rule, bundle)
              SELECT $1, $2 + n - 1, leaf_hash, leaf, kind, ts, call, verdict, agent, subject, session, tool, rule, bundle
              FROM unnest($3::bytea[], $4::bytea[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::text[],
                $10::text[], $11::text[], $12::text[], $13::text[], $14::text[]) WITH ORDINALITY
                AS t (leaf_hash, leaf, kind, ts, call, verdict, agent, subject, session, tool, rule, bundle, n)
              RETURNING 1),
            keys AS (
              INSERT INTO audit.entry_key (key, log_id, idx, leaf_hash)
              SELECT key, $1, idx, leaf_hash FROM unnest($15::text[], $16::int8[], $17::bytea[]) AS t (key, idx, leaf_hash)
              RETURNING 1),
            inputs AS (
              INSERT INTO audit.input (log_id, idx, name, subject_key, followed, ciphertext)
              SELECT $1, idx, name, subject_key, followed, ciphertext
              FROM unnest($18::int8[], $19::text[], $20::text[], $21::bool[], $22::bytea[])
                AS t (idx, name, subject_key, followed, ciphertext)
              RETURNING 1),
            head AS (
              INSERT INTO audit.checkpoint (log_id, prev_size, size, root, frontier, note)
              VALUES ($1, $2, $23, $24, $25, $26)
              RETURNING size)
            SELECT pg_notify('writ_audit', size::text), 1 / (
              coalesce((SELECT (size, root, frontier, note) = ($2, $27, $28, $29) FROM audit.checkpoint
                WHERE log_id = $1 ORDER BY checkpoint.size DESC LIMIT 1), false) AND
              (SELECT count(*) FROM entries) = cardinality($3) AND
              (SELECT count(*) FROM keys) = cardinality($15) AND
              (SELECT count(*) FROM inputs) = cardinality($18))::int
            FROM head""";

    private static final Column[] COLUMNS = {
        Column.CALL,
        Column.VERDICT,
        Column.AGENT,
        Column.SUBJECT,
        Column.SESSION,
        Column.TOOL,
        Column.RULE,
        Column.BUNDLE
    };

    private BatchStatement() {}

    static Tuple tuple(int logId, Batch batch) {
        int size = batch.size();
        Buffer[] leafHashes = new Buffer[size];
        Buffer[] leaves = new Buffer[size];
        String[] kinds = new String[size];
        OffsetDateTime[] times = new OffsetDateTime[size];
        String[][] columns = new String[COLUMNS.length][size];
        List<String> keys = new ArrayList<>();
        List<Long> keyIndices = new ArrayList<>();
        List<Buffer> keyLeafHashes = new ArrayList<>();
        Inputs inputs = new Inputs();
        for (int i = 0; i < size; i++) {
            Sealed<?> sealed = Objects.requireNonNull(batch.written().get(i).sealed());
            Entry entry = sealed.entry();
            long index = batch.before().size() + i;
            leafHashes[i] = Buffer.buffer(sealed.leafHash());
            leaves[i] = Buffer.buffer(sealed.leaf());
            kinds[i] = entry.kind();
            times[i] = entry.at().atOffset(ZoneOffset.UTC);
            for (int c = 0; c < COLUMNS.length; c++) {
                columns[c][i] = entry.columns().get(COLUMNS[c]);
            }
            for (String key : entry.keys()) {
                keys.add(key);
                keyIndices.add(index);
                keyLeafHashes.add(leafHashes[i]);
            }
            inputs.add(index, sealed);
        }
        Tuple tuple = Tuple.tuple()
                .addInteger(logId)
                .addLong(batch.before().size())
                .addArrayOfBuffer(leafHashes)
                .addArrayOfBuffer(leaves)
                .addArrayOfString(kinds)
                .addArrayOfOffsetDateTime(times);
        for (String[] column : columns) {
            tuple.addArrayOfString(column);
        }
        tuple.addArrayOfString(keys.toArray(String[]::new))
                .addArrayOfLong(keyIndices.toArray(Long[]::new))
                .addArrayOfBuffer(keyLeafHashes.toArray(Buffer[]::new));
        inputs.addTo(tuple);
        tuple.addLong(batch.after().size());
        add(batch.after(), tuple);
        add(batch.before(), tuple);
        return tuple;
    }

    private static void add(Head head, Tuple tuple) {
        tuple.addBuffer(Buffer.buffer(head.checkpoint().root().bytes()))
                .addBuffer(Buffer.buffer(head.frontier().toBytes()))
                .addString(head.checkpoint().note());
    }

    private static final class Inputs {
        private final List<Long> indices = new ArrayList<>();
        private final List<String> names = new ArrayList<>();
        private final List<String> subjectKeys = new ArrayList<>();
        private final List<Boolean> followed = new ArrayList<>();
        private final List<Buffer> ciphertexts = new ArrayList<>();

        void add(long index, Sealed<?> sealed) {
            List<Input> inputs = sealed.entry().inputs();
            for (int i = 0; i < inputs.size(); i++) {
                SealedInput input = sealed.inputs().get(i);
                indices.add(index);
                names.add(input.name());
                subjectKeys.add(sealed.entry().subjectKey());
                followed.add(inputs.get(i).followed());
                ciphertexts.add(Buffer.buffer(input.ciphertext()));
            }
        }

        void addTo(Tuple tuple) {
            tuple.addArrayOfLong(indices.toArray(Long[]::new))
                    .addArrayOfString(names.toArray(String[]::new))
                    .addArrayOfString(subjectKeys.toArray(String[]::new))
                    .addArrayOfBoolean(followed.toArray(Boolean[]::new))
                    .addArrayOfBuffer(ciphertexts.toArray(Buffer[]::new));
        }
    }
}
