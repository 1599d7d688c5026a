package dev.writ.gateway.export;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.Frontier;
import dev.writ.audit.LogKeys;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one export is to bring out, fixed before its first file, so that one that was interrupted ends as if it had not been.
 *
 * @param from first index
 * @param to end of the indices, exclusive
 * @param recordedAt index of the entry that records it, if it was recorded
 * @param done everything below that index is written
 * @param written the tree below {@code done} as it was written; empty before the first file, and where leaves are not re-hashed.
 *     With it, a run that goes on vouches for what the one before has written
 */
public record ExportPlan(
        ExportFormat format,
        long from,
        long to,
        Checkpoint checkpoint,
        OptionalLong recordedAt,
        long done,
        Optional<Frontier> written) {

    private static final int VERSION = 1;

    public ExportPlan {
        if (from < 0
                || to < from
                || to > checkpoint.size()
                || done < from
                || done > to
                || written.filter(tree -> tree.size() != done).isPresent()) {
            throw new IllegalArgumentException("an export is of entries [from, to) below its checkpoint's size");
        }
    }

    ExportPlan recordedAt(OptionalLong index) {
        return new ExportPlan(format, from, to, checkpoint, index, done, written);
    }

    ExportPlan done(Frontier tree) {
        return new ExportPlan(format, from, to, checkpoint, recordedAt, tree.size(), Optional.of(tree));
    }

    /** What is left to say when all of it is done. */
    ExportPlan finished() {
        return new ExportPlan(format, from, to, checkpoint, recordedAt, to, Optional.empty());
    }

    JsonObject toJson() {
        JsonObject.Builder json = JsonObject.builder()
                .put("v", VERSION)
                .put("format", format.text())
                .put("from", from)
                .put("to", to)
                .put("done", done)
                .put("checkpoint", checkpoint.note());
        recordedAt.ifPresent(index -> json.put("recordedAt", index));
        written.ifPresent(tree -> json.put("written", Base64.getEncoder().encodeToString(tree.toBytes())));
        return json.build();
    }

    /** @throws IllegalStateException if it is not one that {@link #toJson} wrote, for a log of that key */
    static ExportPlan fromBytes(byte[] bytes, LogKeys key) {
        try {
            JsonObject json = (JsonObject) JsonValue.parse(new String(bytes, StandardCharsets.UTF_8));
            return new ExportPlan(
                    ExportFormat.parse(json.text("format").orElseThrow()),
                    number(json, "from"),
                    number(json, "to"),
                    key.verify(json.text("checkpoint").orElseThrow()),
                    json.number("recordedAt")
                            .map(BigDecimal::longValueExact)
                            .map(OptionalLong::of)
                            .orElse(OptionalLong.empty()),
                    number(json, "done"),
                    json.text("written")
                            .map(text -> Frontier.fromBytes(Base64.getDecoder().decode(text))));
        } catch (RuntimeException notOne) {
            throw new IllegalStateException(
                    "the folder holds an export of another log, or something else; choose an empty folder", notOne);
        }
    }

    private static long number(JsonObject json, String name) {
        return json.number(name).orElseThrow().longValueExact();
    }
}
