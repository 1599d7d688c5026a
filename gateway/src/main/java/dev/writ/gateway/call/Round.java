package dev.writ.gateway.call;

import dev.writ.model.CallId;
import dev.writ.model.Grant;
import dev.writ.model.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * How often a call has been decided before, and what it may come to. A call is decided when it is submitted and, if people had to
 * approve it, once more when they have.
 */
sealed interface Round {

    /** As it came in. If it would have to wait for people, whether the same call waits already must be looked up first. */
    record Submitted() implements Round {}

    /** As it came in, and no call like it was waiting when the snapshot of its history was taken. */
    record Unlike() implements Round {}

    /**
     * As it came in, to go on where an earlier call stopped to ask its caller something. It cannot wait for people: what the caller brings
     * along to go on is not kept.
     *
     * @param stopped the earlier call
     */
    record Continued(CallId stopped) implements Round {}

    /**
     * Approved, and decided again: with the policy, the history and the tool of now.
     *
     * @param waited index of the entry that made it wait
     * @param shown the arguments that people were shown and approved
     * @param submitted the arguments as the agent submitted them, if approvers have changed them
     * @param usedWith digest of the key that the client came again with, if somebody else carries the call out
     */
    record Approved(
            long waited,
            List<Grant> grants,
            JsonObject shown,
            Optional<JsonObject> submitted,
            Optional<String> usedWith)
            implements Round {
        public Approved {
            grants = List.copyOf(grants);
        }
    }

    /**
     * Waiting, and an approver changes its arguments: what rules would say of that. Nothing runs on it, and it is no decision of the call.
     *
     * @param waited index of the entry that made it wait
     * @param submitted the arguments as the agent submitted them
     */
    record Edited(long waited, JsonObject submitted) implements Round {}
}
