package dev.writ.gateway.mcp;

import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Goes on with streams that were broken off. */
@ApplicationScoped
class BrokenStreams {

    private final ToolCalls calls;
    private final Catalog catalog;
    private final Ladder ladder;

    BrokenStreams(ToolCalls calls, Catalog catalog, Ladder ladder) {
        this.calls = calls;
        this.catalog = catalog;
        this.ladder = ladder;
    }

    /** The answer, once there is one, or the client has waited long enough again. */
    Uni<JsonObject> answer(Visit visit, String call) {
        return calls.find(call, Duration.ZERO)
                .chain(state -> visit.there(() -> ladder.answer(
                        visit,
                        state,
                        catalog.tool(state.tool())
                                .flatMap(tool -> tool.definition().published())
                                .isPresent())))
                .onFailure(failure -> failure instanceof Problem problem && problem.type() == ProblemType.NOT_FOUND)
                .transform(gone -> EventIds.unknown());
    }
}
