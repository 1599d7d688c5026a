package dev.writ.gateway.approval;

import dev.writ.model.CallId;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import java.time.Instant;
import java.util.List;

/**
 * A call that waits for people: what its {@code DECIDED} entry says of that. Its id is the call's.
 *
 * @param agent that submitted it
 * @param subject pseudonym of the person it acts for, as in the entry's column
 * @param argumentsMac keyed digest of the arguments, which tells whether a later call is the same
 * @param session that it was submitted in, or empty
 * @param asks of each rule that escalates, one
 * @param view everything an approver sees, complete; its keyed digest is in the leaf
 */
public record Escalation(
        CallId call,
        String agent,
        String subject,
        ToolName tool,
        String argumentsMac,
        String session,
        List<Ask> asks,
        JsonObject view,
        Instant openedAt) {

    public Escalation {
        asks = List.copyOf(asks);
        if (asks.isEmpty()) {
            throw new IllegalArgumentException("an escalation asks something");
        }
    }

    @Override
    public String toString() {
        return "Escalation[" + call + "]";
    }
}
