package dev.writ.gateway.export;

import dev.writ.audit.Checkpoint;
import dev.writ.audit.LogKeys;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Brings a part of the log into a folder, and goes on where an interrupted one stopped. Blocks. */
public final class Export {

    private static final String STATE = ".writ-export";
    private static final String MANIFEST = "export.json";
    private static final String CHECKPOINT = "checkpoint";

    private final LogSource source;
    private final LogKeys key;
    private final ExportFolder folder;

    public Export(LogSource source, LogKeys key, ExportFolder folder) {
        this.source = source;
        this.key = key;
        this.folder = folder;
    }

    /** Told how far it is: so many indices of so many. */
    @FunctionalInterface
    public interface Listener {
        void at(long done, long total);
    }

    /**
     * What was done.
     *
     * @param written entries that this run wrote
     * @param skipped entries that the format has no place for
     * @param pruned entries that were deleted when their time was over
     * @param continued whether an earlier run had begun it
     */
    public record Result(ExportPlan plan, long written, long skipped, long pruned, boolean continued) {}

    /**
     * Exports.
     *
     * @param from first index; without, 0
     * @param to end of the indices, exclusive; without, the newest checkpoint's size
     * @param record records the export in the log before the first file is written, if it can
     * @throws IllegalStateException if the folder holds an export of something else
     * @throws dev.writ.audit.VerificationException if what was read is not what the checkpoint signs
     */
    public Result run(
            ExportFormat format,
            Optional<Long> from,
            Optional<Long> to,
            Function<ExportPlan, OptionalLong> record,
            Listener listener) {
        Optional<ExportPlan> begun = folder.read(STATE).map(bytes -> ExportPlan.fromBytes(bytes, key));
        ExportPlan plan = begun.map(state -> requireSame(state, format, from, to))
                .orElseGet(() -> begin(plan(format, from, to), record));
        return plan.format()
                .events()
                .map(events -> new EventExport(source, folder, plan, events, this::save).run(listener))
                .orElseGet(() -> tiles(plan, listener))
                .result(plan, begun.isPresent(), this::finish);
    }

    private ExportPlan begin(ExportPlan fresh, Function<ExportPlan, OptionalLong> record) {
        ExportPlan recorded = fresh.recordedAt(record.apply(fresh));
        save(recorded);
        return recorded;
    }

    private void save(ExportPlan plan) {
        folder.write(STATE, plan.toJson().toBytes());
        folder.flush();
    }

    private void finish(ExportPlan plan) {
        if (plan.format() != ExportFormat.TILES) {
            folder.write(MANIFEST, plan.finished().toJson().toBytes());
            folder.flush();
        }
        folder.delete(STATE);
    }

    private static ExportPlan requireSame(
            ExportPlan state, ExportFormat format, Optional<Long> from, Optional<Long> to) {
        if (state.format() != format
                || from.filter(wanted -> wanted != state.from()).isPresent()
                || to.filter(wanted -> wanted != state.to()).isPresent()) {
            throw new IllegalStateException(
                    "the folder holds an export of " + state.format().text() + " ["
                            + state.from() + ", " + state.to()
                            + ") that was interrupted; end it with the same options, or choose an empty folder");
        }
        return state;
    }

    private ExportPlan plan(ExportFormat format, Optional<Long> from, Optional<Long> to) {
        Checkpoint checkpoint = to.map(end -> source.covering(end)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "the log has " + source.newest().size() + " entries; --to is at most that")))
                .orElseGet(source::newest);
        long first = from.orElse(0L);
        long end = to.orElse(checkpoint.size());
        if (first < 0 || first > end) {
            throw new IllegalArgumentException("--from is an index from 0, at most --to or the log's size");
        }
        Optional<ExportPlan> earlier = folder.read(MANIFEST).map(bytes -> ExportPlan.fromBytes(bytes, key));
        if (earlier.filter(plan -> plan.format() != format || plan.from() != first || plan.to() > end)
                .isPresent()) {
            throw new IllegalStateException("the folder holds an export of "
                    + earlier.get().format().text() + " [" + earlier.get().from() + ", "
                    + earlier.get().to() + "), which can only be continued; choose an empty folder");
        }
        if (format == ExportFormat.TILES) {
            requireSmaller(checkpoint);
        } else if (folder.has(CHECKPOINT)) {
            throw new IllegalStateException("the folder holds an export of tiles; choose an empty folder");
        }
        // Its last file may have been a short one.
        long done = earlier.map(plan -> Math.max(first, plan.to() / EventExport.CHUNK * EventExport.CHUNK))
                .orElse(first);
        return new ExportPlan(format, first, end, checkpoint, OptionalLong.empty(), done, Optional.empty());
    }

    private void requireSmaller(Checkpoint checkpoint) {
        folder.read(CHECKPOINT)
                .map(bytes -> key.verify(new String(bytes, StandardCharsets.UTF_8)))
                .filter(earlier -> earlier.size() > checkpoint.size())
                .ifPresent(earlier -> {
                    throw new IllegalStateException("the folder holds the tree of size " + earlier.size()
                            + " already, and the log's is " + checkpoint.size()
                            + ": either --to is too small, or the log has been cut");
                });
    }

    private Tally tiles(ExportPlan plan, Listener listener) {
        Coverage coverage = plan.from() == 0 && plan.to() == plan.checkpoint().size()
                ? Coverage.everything()
                : Coverage.entries(plan.from(), plan.to());
        return new TileExport(source, folder, plan.checkpoint(), coverage).run(listener);
    }
}
