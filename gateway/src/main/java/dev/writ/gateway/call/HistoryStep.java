package dev.writ.gateway.call;

import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.Outcome;
import dev.writ.model.Past;
import dev.writ.model.ToolName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one entry changes in the histories that it belongs to, and no more of the entry than that. */
sealed interface HistoryStep {

    long index();

    /** The history with it. */
    History in(History history);

    /**
     * What it is of that entry.
     *
     * @param room what the arguments and extracts of one call may weigh; of one with more, what it was about is not kept
     */
    static HistoryStep of(Recorded recorded, long room) {
        Entry entry = recorded.entry();
        Optional<Past> past = CallEntries.past(recorded);
        if (past.isPresent()) {
            // What a call was about that cannot be read any more might be anything: rules that look so far back at such
            // calls are in doubt.
            boolean isReadable = CallEntries.input(entry, CallEntries.FACTS).isPresent() && fits(past.get(), room);
            return new Decided(isReadable ? past.get() : past.get().bare(), isReadable, CallEntries.waited(entry));
        }
        if (Report.By.of(entry).filter(Report.By.AGENT::equals).isPresent()) {
            return new Claimed(recorded.index(), CallEntries.tool(entry), CallEntries.decidedIndex(entry));
        }
        return new Ended(
                recorded.index(),
                CallEntries.tool(entry),
                CallEntries.decidedIndex(entry),
                CallEntries.outcome(entry),
                CallEntries.input(entry, CallEntries.EXTRACTS).orElse(JsonObject.empty()),
                room);
    }

    private static boolean fits(Past past, long room) {
        return past.weight() - past.bare().weight() <= room;
    }

    /**
     * A call is decided.
     *
     * @param waited index of the entry that made the call wait, if it did
     */
    record Decided(Past past, boolean isReadable, Optional<Long> waited) implements HistoryStep {
        @Override
        public long index() {
            return past.index();
        }

        @Override
        public History in(History history) {
            History before = isReadable ? history : history.unreadableAt(past.tool(), past.at());
            // A call that waited and is decided again counts once, and from now on.
            return (waited.isPresent() ? before.without(past.tool(), waited.orElseThrow()) : before).plus(past);
        }
    }

    /**
     * A call ends.
     *
     * @param decided index of the call's decision
     */
    record Ended(long index, ToolName tool, long decided, Outcome outcome, JsonObject extracts, long room)
            implements HistoryStep {
        @Override
        public History in(History history) {
            List<Past> unreadable = new ArrayList<>(0);
            History ended = history.replace(tool, decided, past -> {
                Past with = past.ended(outcome, extracts);
                if (fits(with, room)) {
                    return with;
                }
                // A call never comes to weigh less, so that what was dropped for it would be dropped by any other
                // replica.
                unreadable.add(past);
                return past.ended(outcome, JsonObject.empty());
            });
            return unreadable.isEmpty()
                    ? ended
                    : ended.unreadableAt(tool, unreadable.get(0).at());
        }
    }

    /**
     * The agent says that it made the call, or that it failed: nobody can tell, and whoever can has the last word.
     *
     * @param decided index of the call's decision
     */
    record Claimed(long index, ToolName tool, long decided) implements HistoryStep {
        @Override
        public History in(History history) {
            return history.replace(
                    tool,
                    decided,
                    past -> past.outcome() == Outcome.NONE ? past.ended(Outcome.UNKNOWN, JsonObject.empty()) : past);
        }
    }
}
