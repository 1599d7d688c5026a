package dev.writ.gateway.call;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where agents answer what approvers ask about a call that waits. */
@Path("/v1/tool-calls")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Tool calls")
class AnswerResource {

    private final ToolCalls calls;

    AnswerResource(ToolCalls calls) {
        this.calls = calls;
    }

    /** @param answer in 1 to 4,000 visible characters; approvers are shown it as the agent's words */
    record Answering(@Nullable String answer) {}

    @POST
    @Path("{id}/answer")
    @RolesAllowed("agent")
    @Operation(summary = "Answer the question of an approver about a call that waits")
    @APIResponse(responseCode = "200", description = "Recorded; the approvers see it, and the call goes on waiting")
    @APIResponse(responseCode = "400", description = "'answer' is missing, too long, or has invisible characters")
    @APIResponse(responseCode = "404", description = "No call of this caller has this id")
    @APIResponse(responseCode = "409", description = "It does not wait for approval, or no question is open")
    public Uni<ToolCallResource.Answer> answer(@PathParam("id") String id, Answering answering) {
        return calls.answer(id, answering.answer()).map(state -> ToolCallResource.body(state, Optional.empty()));
    }
}
