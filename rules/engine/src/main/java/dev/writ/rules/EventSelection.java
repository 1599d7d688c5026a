package dev.writ.rules;

import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.Past;
import dev.writ.model.ToolName;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The earlier calls that a pattern may be about.
 *
 * @param tools of which they are; empty if of any
 */
record EventSelection(List<ToolName> tools, Window window) {

    EventSelection {
        tools = List.copyOf(tools);
    }

    /** Shows them tool by tool, the newest first within each, until one is enough. */
    void search(Facts facts, Predicate<Past> isEnough) {
        Predicate<Past> until = within(facts, isEnough);
        if (tools.isEmpty()) {
            facts.history().newest(until);
            return;
        }
        for (ToolName tool : tools) {
            if (facts.history().newest(tool, until) != null) {
                return;
            }
        }
    }

    /** Shows all of them tool by tool, the oldest first within each. */
    void forEach(Facts facts, Consumer<Past> action) {
        History history = facts.history();
        Instant start = window.startsAt(facts.now());
        Consumer<Past> recent = past -> {
            if (!past.at().isBefore(start)) {
                action.accept(past);
            }
        };
        if (tools.isEmpty()) {
            history.forEach(recent);
        } else {
            tools.forEach(tool -> history.forEach(tool, recent));
        }
    }

    /** None of them can be missing from the history. */
    boolean isComplete(Facts facts) {
        return !facts.history().completeSince().isAfter(window.startsAt(facts.now()));
    }

    private Predicate<Past> within(Facts facts, Predicate<Past> isEnough) {
        Instant start = window.startsAt(facts.now());
        return past -> !past.at().isBefore(start) && isEnough.test(past);
    }
}
