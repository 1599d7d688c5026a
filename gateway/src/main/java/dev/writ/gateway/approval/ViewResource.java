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

/** Where people look at what they are about to decide, so that the log says that they did. */
@Path("/v1/approvals")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Approvals")
class ViewResource {

    private final Views views;
    private final Callers callers;

    ViewResource(Views views, Callers callers) {
        this.views = views;
        this.callers = callers;
    }

    @POST
    @Path("{id}/view")
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed("approver")
    @Operation(
            summary = "Look at a call that waits for approval, which is recorded",
            description =
                    "The same as GET, and the log says who looked at which view, once for each view. 'viewed' is the index of that"
                            + " entry. Nothing is recorded once the call has been answered.")
    @APIResponse(responseCode = "200", description = "Everything that its approvers have to know")
    @APIResponse(responseCode = "404", description = "No call of this id ever waited, or for none of your groups")
    @APIResponse(responseCode = "409", description = "It has just been answered or changed, or was erased")
    public Uni<ApprovalResource.Shown> view(@PathParam("id") String id) {
        return views.view(RequestFields.waitingCall(id), callers.approver())
                .map(approval -> ApprovalResource.Shown.of(approval, callers.approver()));
    }
}
