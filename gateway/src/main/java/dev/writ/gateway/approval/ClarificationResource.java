package dev.writ.gateway.approval;

import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.wire.RequestFields;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where people ask the agent something before they decide. */
@Path("/v1/approvals")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Approvals")
class ClarificationResource {

    private final Clarifications clarifications;
    private final Callers callers;

    ClarificationResource(Clarifications clarifications, Callers callers) {
        this.clarifications = clarifications;
        this.callers = callers;
    }

    /** @param question in 1 to 1,000 visible characters; the agent is shown it */
    record Questioning(@Nullable String question) {}

    @POST
    @Path("{id}/clarify")
    @RolesAllowed("approver")
    @Operation(
            summary = "Ask the agent something before you decide",
            description =
                    "The question, and what the agent answers, become part of what is to be approved, so that 'viewDigest'"
                            + " changes with both. The time of the call goes on, and who may approve or refuse still may. The"
                            + " question is shown to the agent, and so to its model.")
    @APIResponse(responseCode = "200", description = "Recorded; the agent is told when it asks where its call stands")
    @APIResponse(responseCode = "400", description = "'question' is missing, too long, or has invisible characters")
    @APIResponse(
            responseCode = "403",
            description =
                    "You are in none of the groups, or requested the call, own its agent, or are whom it acts for")
    @APIResponse(responseCode = "404", description = "No call of this id ever waited")
    @APIResponse(
            responseCode = "409",
            description = "It has ended or expired, a question is open, or there were as many as may be")
    public Uni<ApprovalResource.Shown> clarify(@PathParam("id") String id, Questioning questioning) {
        return clarifications
                .ask(RequestFields.waitingCall(id), callers.approver(), questioning.question())
                .map(approval -> ApprovalResource.Shown.of(approval, callers.approver()));
    }
}
