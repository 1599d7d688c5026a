package dev.writ.gateway.export;

import dev.writ.audit.Frontier;
import dev.writ.audit.VerificationException;
import dev.writ.model.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Entries as lines, in one file for each 16,384 indices. Every leaf is re-hashed, and with the hashes of all other entries they
 * must make the checkpoint's root.
 */
final class EventExport {

    static final int CHUNK = 1 << 14;

    private static final int PAGE = 256;

    private final LogSource source;
    private final ExportFolder folder;
    private final ExportPlan plan;
    private final EventFormat format;
    private final Consumer<ExportPlan> save;
    private Frontier frontier;
    private Tally tally = Tally.NOTHING;

    EventExport(LogSource source, ExportFolder folder, ExportPlan plan, EventFormat format, Consumer<ExportPlan> save) {
        this.source = source;
        this.folder = folder;
        this.plan = plan;
        this.format = format;
        this.save = save;
        this.frontier = plan.written().orElseGet(Frontier::empty);
    }

    Tally run(Export.Listener listener) {
        long size = plan.checkpoint().size();
        extend(plan.done());
        for (long from = plan.done(); from < plan.to(); ) {
            long start = from;
            long end = Math.min(plan.to(), (from / CHUNK + 1) * CHUNK);
            String name = String.format(Locale.ROOT, "%012d.%s", start / CHUNK * CHUNK, format.extension());
            folder.write(name, out -> writeChunk(out, start, end, listener));
            save.accept(plan.done(frontier));
            from = end;
        }
        extend(size);
        if (!Digest.fromBytes(frontier.root()).equals(plan.checkpoint().root())) {
            throw new VerificationException("the entries do not make the root of the checkpoint of size " + size
                    + ", so the export is not to be trusted. Run 'writ audit verify'");
        }
        return tally;
    }

    private void extend(long to) {
        while (frontier.size() < to) {
            frontier = frontier.append(source.hashes(frontier.size(), Math.min(to, frontier.size() + PAGE)));
        }
    }

    private void writeChunk(OutputStream out, long from, long to, Export.Listener listener) throws IOException {
        out.write(format.header().getBytes(StandardCharsets.UTF_8));
        for (long at = from; at < to; at = Math.min(to, at + PAGE)) {
            List<Slot> slots = source.entries(at, Math.min(to, at + PAGE));
            for (Slot slot : slots) {
                out.write(line(slot).getBytes(StandardCharsets.UTF_8));
            }
            frontier = frontier.append(
                    slots.stream().map(slot -> slot.leafHash().bytes()).toList());
            listener.at(at + slots.size() - plan.from(), plan.to() - plan.from());
        }
    }

    private String line(Slot slot) {
        return slot.fold(
                kept -> {
                    Optional<String> line =
                            format.line(Event.of(plan.checkpoint().origin(), kept));
                    tally = tally.plus(line.isPresent() ? new Tally(1, 0, 0) : new Tally(0, 1, 0));
                    return line.orElse("");
                },
                pruned -> {
                    tally = tally.plus(new Tally(0, 0, 1));
                    return "";
                });
    }
}
