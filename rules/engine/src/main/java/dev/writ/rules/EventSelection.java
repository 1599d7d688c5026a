package dev.writ.rules;

import dev.writ.model.Calls;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.Past;
import dev.writ.model.Scope;
import dev.writ.model.ToolName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * The earlier calls that a pattern may be about.
 *
 * @param scope whose they are
 * @param tools of which they are; empty if of any
 * @param readsContents the pattern asks what they were about, not only that they were there
 */
record EventSelection(Scope scope, List<ToolName> tools, Window window, boolean readsContents) {

    EventSelection {
        tools = List.copyOf(tools);
    }

    /** One tool's calls after the other's, whether within the window or not. */
    Collection<Calls> calls(Facts facts) {
        History history = facts.history(scope);
        if (tools.isEmpty()) {
            return history.calls();
        }
        List<Calls> calls = new ArrayList<>(tools.size());
        for (ToolName tool : tools) {
            history.calls(tool).ifPresent(calls::add);
        }
        return calls;
    }

    /** Shows all of them within the window tool by tool, the oldest first within each. */
    void forEach(Facts facts, Consumer<Past> action) {
        Instant start = window.startsAt(facts.now());
        Consumer<Past> recent = past -> {
            if (!past.at().isBefore(start)) {
                action.accept(past);
            }
        };
        calls(facts).forEach(calls -> calls.forEach(recent));
    }

    /** None of them can be missing from the history, nor what it was about if the pattern asks for that. */
    boolean isComplete(Facts facts) {
        History history = facts.history(scope);
        Instant start = window.startsAt(facts.now());
        if (!readsContents) {
            return !history.everyCallSince().isAfter(start);
        }
        if (tools.isEmpty()) {
            return !history.completeSince().isAfter(start);
        }
        for (ToolName tool : tools) {
            if (history.completeSince(tool).isAfter(start)) {
                return false;
            }
        }
        return true;
    }
}
