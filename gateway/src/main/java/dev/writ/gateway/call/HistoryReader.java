package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Pruning;
import dev.writ.audit.Recorded;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.Past;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Reads histories from the log, page by page, the newest first, and no more of each than a decision can see. */
final class HistoryReader {

    private static final int PAGE = 1_000;

    /** Of leaves and inputs at once. */
    private static final long PAGE_BYTES = 2L << 20;

    private static final int MOST_PRUNES = 1_000;

    /**
     * So many calls are read beyond those that a decision sees: replicas' clocks differ, so the newest time among these tells since
     * when nothing is missing, and not that of the next one alone.
     */
    private static final int MARGIN = 100;

    private static final Set<String> INPUTS = Set.of(CallEntries.FACTS, CallEntries.EXTRACTS);

    private final AuditReader reader;

    HistoryReader(AuditReader reader) {
        this.reader = reader;
    }

    /** @param last index of the newest entry in it; -1 if there is none */
    record Read(History history, long last) {}

    /** What it was when the log had that size. */
    Uni<Read> before(Whose whose, long size, HistoryRoom room) {
        return Multi.createBy()
                .repeating()
                .uni(() -> new Steps(whose, size, room), this::next)
                .whilst(steps -> !steps.isEnough())
                .collect()
                .last()
                // Read after them: whatever is missing among them, an entry says so by now.
                .chain(steps -> OnWorker.map(prunedBefore(), steps::read));
    }

    private Uni<Steps> next(Steps steps) {
        return OnWorker.map(reader.page(steps.query(), INPUTS, PAGE_BYTES), steps::add);
    }

    private Uni<Instant> prunedBefore() {
        EntryQuery prunes = new EntryQuery(
                Map.of(),
                Set.of(Pruning.KIND),
                0,
                Long.MAX_VALUE,
                Optional.empty(),
                Optional.empty(),
                true,
                MOST_PRUNES,
                false);
        return reader.find(prunes)
                .map(found -> found.stream()
                        .map(recorded -> recorded.entry()
                                .body()
                                .text("before")
                                .map(Instant::parse)
                                .orElse(recorded.entry().at()))
                        .max(Comparator.naturalOrder())
                        .orElse(Instant.MIN));
    }

    /** What was read so far. Of an entry no more is kept than it changes. */
    private static final class Steps {
        private final Whose whose;
        private final HistoryRoom room;
        private final Deque<HistoryStep> oldestFirst = new ArrayDeque<>();
        private long to;
        private Instant oldest = Instant.MIN;
        private final Map<Long, JsonObject> extracts = new HashMap<>();
        private final Set<Long> decidedAgain = new HashSet<>();
        private long calls;
        private long weight;
        private long enough = Long.MAX_VALUE;
        private boolean isAll;

        Steps(Whose whose, long to, HistoryRoom room) {
            this.whose = whose;
            this.to = to;
            this.room = room;
        }

        EntryQuery query() {
            return new EntryQuery(
                    whose.columns(), CallEntries.KINDS, 0, to, Optional.empty(), Optional.empty(), true, PAGE, true);
        }

        Steps add(AuditReader.Page page) {
            for (Recorded recorded : page.entries()) {
                add(HistoryStep.of(recorded, room.call()));
                to = recorded.index();
                oldest = recorded.entry().at();
            }
            isAll = page.isLast();
            return this;
        }

        private void add(HistoryStep step) {
            oldestFirst.addFirst(step);
            if (step instanceof HistoryStep.Ended ended) {
                extracts.put(ended.decided(), ended.extracts());
            } else if (step instanceof HistoryStep.Decided decided) {
                decided.waited().ifPresent(decidedAgain::add);
                if (!decidedAgain.remove(decided.index())) {
                    calls++;
                    weight += weight(decided.past());
                }
            }
            if (enough == Long.MAX_VALUE && (calls >= room.calls() || weight >= room.memory())) {
                enough = calls + MARGIN;
            }
        }

        /** As the history will have it once it has ended. */
        private long weight(Past past) {
            JsonObject brought = Objects.requireNonNullElse(extracts.remove(past.index()), JsonObject.empty());
            Past ended = past.ended(past.outcome(), brought);
            return ended.weight() - past.bare().weight() > room.call() ? past.weight() : ended.weight();
        }

        boolean isEnough() {
            return isAll || calls >= enough;
        }

        Read read(Instant prunedBefore) {
            History history = History.empty().truncatedBefore(prunedBefore);
            for (HistoryStep step : oldestFirst) {
                history = step.in(history);
            }
            if (!isAll) {
                history = history.truncatedAt(oldest);
            }
            return new Read(
                    history.newest(room.calls(), room.memory()),
                    oldestFirst.isEmpty() ? -1 : oldestFirst.getLast().index());
        }
    }
}
