package dev.writ.gateway.approval;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * How an approver changed a call's arguments.
 *
 * @param index of the entry
 * @param by the approver
 * @param arguments complete, as rules are asked about them; absent once they were erased, or where they were not read
 * @param argumentsMac keyed digest of them
 * @param changes from what approvers saw before to what they see now: {@code path}, {@code from} and {@code to} of each
 */
public record Edited(
        long index, String by, Optional<JsonObject> arguments, String argumentsMac, JsonArray changes, Instant at) {

    @Override
    public String toString() {
        return "Edited[" + index + "]";
    }
}
