package dev.writ.gateway.authzen;

import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.call.CallState;
import dev.writ.gateway.call.Mode;
import dev.writ.model.JsonObject;
import java.util.Optional;

/**
 * A call that people are asked about, as enforcement points follow it.
 *
 * @param state of a call that somebody else carries out
 */
record Task(CallState state, Approval approval) {

    /** Empty if people were never asked about it, or the gateway is to carry it out. */
    static Optional<Task> of(CallState state) {
        return state.mode() == Mode.ASK
                ? state.approval().map(approval -> new Task(state, approval))
                : Optional.empty();
    }

    boolean isPending() {
        return approval.state() == Approval.State.OPEN;
    }

    String address(String base) {
        return base + AccessRequestResource.PATH + "/" + state.call();
    }

    /** @param base the gateway's URL */
    JsonObject toJson(String base) {
        JsonObject.Builder task = JsonObject.builder()
                .put("id", state.call().toString())
                .put("status", status())
                .put("status_endpoint", address(base));
        if (isPending()) {
            task.put(
                    "links",
                    JsonObject.builder()
                            .put("cancel", address(base) + "/cancel")
                            .build());
        }
        JsonObject.Builder answer = JsonObject.builder().put("task", task.build());
        if (approval.state() == Approval.State.APPROVED) {
            answer.put(
                    "result",
                    JsonObject.builder()
                            .put("mode", "reevaluate")
                            .put(Reference.APPROVAL, Reference.of(approval))
                            .build());
        }
        return answer.build();
    }

    private String status() {
        return switch (approval.state()) {
            case OPEN -> "pending";
            // Also once it was used: what is final stays as it is.
            case APPROVED -> "approved";
            case REFUSED -> "denied";
            case EXPIRED -> "expired";
            case WITHDRAWN -> "cancelled";
        };
    }
}
