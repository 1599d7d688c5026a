package dev.writ.gateway.export;

import dev.writ.audit.Column;
import dev.writ.audit.Recorded;
import dev.writ.model.JsonObject;
import java.util.Optional;

/**
 * A call that the log says was allowed to run.
 *
 * @param index of its {@code DECIDED} entry
 * @param outcome {@code succeeded}, {@code failed}, {@code unknown} or {@code abandoned}; {@code open} as long as there is none,
 *     {@code pruned} if there is none any more
 * @param upstreamId the tool's own id, if it gave one and it has not been erased
 */
public record PermittedCall(String call, long index, String tool, String outcome, Optional<String> upstreamId) {

    /** The outcome of a call that has none yet. */
    static final String OPEN = "open";

    /** The outcome of a call whose end was deleted when its time was over. */
    static final String PRUNED = "pruned";

    /** The call that this entry permits; empty if it permits none. */
    static Optional<PermittedCall> of(Recorded decided) {
        return decided.entry().kind().equals("DECIDED")
                        // Only what is to be carried out has one.
                        && decided.entry().body().text("deadline").isPresent()
                ? decided.entry()
                        .column(Column.CALL)
                        .map(call -> new PermittedCall(
                                call,
                                decided.index(),
                                decided.entry().column(Column.TOOL).orElse(""),
                                OPEN,
                                Optional.empty()))
                : Optional.empty();
    }

    /** The same if nobody can tell any more how it ended. */
    PermittedCall pruned() {
        return new PermittedCall(call, index, tool, PRUNED, Optional.empty());
    }

    /** The same once that entry has ended it. */
    PermittedCall endedBy(Recorded ended) {
        return new PermittedCall(
                call,
                index,
                tool,
                ended.entry().body().text("outcome").orElse(OPEN),
                ended.entry()
                        .input("result")
                        .filter(JsonObject.class::isInstance)
                        .flatMap(result -> ((JsonObject) result).text("upstreamId")));
    }
}
