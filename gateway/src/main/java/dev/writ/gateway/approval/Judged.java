package dev.writ.gateway.approval;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import java.util.List;

/**
 * What the rules of now say of a call whose arguments an approver has changed.
 *
 * @param denied whether they deny it
 * @param asks what they ask of people; nothing if they would allow it at once
 * @param arguments complete, as rules were asked about them
 * @param sent the same as the tool would get them
 * @param changes what is different from what approvers saw before
 * @param decision for the record: effect, verdicts, and whose rules were asked
 */
public record Judged(
        boolean denied, List<Ask> asks, JsonObject arguments, JsonObject sent, JsonArray changes, JsonObject decision) {

    public Judged {
        asks = List.copyOf(asks);
    }

    @Override
    public String toString() {
        return "Judged";
    }
}
