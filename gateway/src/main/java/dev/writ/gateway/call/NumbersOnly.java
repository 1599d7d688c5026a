package dev.writ.gateway.call;

import dev.writ.connect.Dialogue;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.Obligation;
import dev.writ.model.Obligations;
import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * A dialogue during a call whose arguments or results rules change or label. Obligations name places in arguments and results; what a tool
 * says or asks meanwhile has no such places, so it would say what is hidden, or be told it. What is left are numbers of progress.
 */
record NumbersOnly(Dialogue caller) implements Dialogue {

    private static final String PROGRESS = "notifications/progress";
    private static final List<String> NUMBERS = List.of("progress", "total");

    /** The caller, as far as a tool may talk with them under those obligations. */
    static Dialogue under(Obligations obligations, Dialogue caller) {
        // What has to follow a call hides nothing of it.
        return obligations.all().stream().allMatch(Obligation.Expect.class::isInstance)
                ? caller
                : new NumbersOnly(caller);
    }

    /** None: what a tool asks is not relayed. */
    @Override
    public JsonObject capabilities() {
        return JsonObject.empty();
    }

    /** Nor are answers that the caller brings along. */
    @Override
    public JsonObject extra() {
        return JsonObject.empty();
    }

    @Override
    public boolean isListening() {
        return caller.isListening();
    }

    @Override
    public void tell(String method, JsonObject params) {
        if (method.equals(PROGRESS)) {
            JsonObject.Builder numbers = JsonObject.builder();
            NUMBERS.forEach(name -> params.get(name)
                    .filter(JsonNumber.class::isInstance)
                    .ifPresent(number -> numbers.put(name, number)));
            caller.tell(method, numbers.build());
        }
    }

    @Override
    public boolean mayAsk() {
        return false;
    }

    @Override
    public Uni<Void> cancelled() {
        return caller.cancelled();
    }
}
