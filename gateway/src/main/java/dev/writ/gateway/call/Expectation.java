package dev.writ.gateway.call;

import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.model.CallId;
import dev.writ.model.Consequence;
import dev.writ.model.Outcome;
import dev.writ.model.ToolName;
import java.time.Instant;

/**
 * A call that has to follow another one.
 *
 * @param call that it follows
 * @param decided index of the entry that allows that one
 * @param called the tool of that one
 * @param position among all that have to follow it, from 0
 * @param until by then it has succeeded
 */
record Expectation(
        CallId call,
        long decided,
        Identity identity,
        ToolName called,
        int position,
        ToolName tool,
        Instant until,
        Consequence otherwise) {

    /**
     * Whether that entry is what was expected: a call that was decided after the first one had ended, and that succeeded, as the gateway
     * or a reporter saw it.
     *
     * @param end index of the entry that ended the first one
     */
    boolean isMetBy(Recorded recorded, long end) {
        Entry entry = recorded.entry();
        return (entry.kind().equals(CallEntries.EXECUTED)
                        || Report.By.of(entry)
                                .filter(Report.By.REPORTER::equals)
                                .isPresent())
                && Identity.of(entry).filter(identity::equals).isPresent()
                && CallEntries.tool(entry).equals(tool)
                && CallEntries.outcome(entry) == Outcome.SUCCEEDED
                && CallEntries.decidedIndex(entry) > end
                && !entry.at().isAfter(until);
    }
}
