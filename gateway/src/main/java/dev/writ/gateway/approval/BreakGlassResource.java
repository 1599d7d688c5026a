package dev.writ.gateway.approval;

import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.RequestFields;
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

/** Where the few who may let a call go on without those who are asked. */
@Path("/v1/approvals")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Approvals")
class BreakGlassResource {

    private final BreakGlass breakGlass;
    private final Callers callers;

    BreakGlassResource(BreakGlass breakGlass, Callers callers) {
        this.breakGlass = breakGlass;
        this.callers = callers;
    }

    /**
     * @param reason why it cannot wait, in 1 to 1,000 characters
     * @param view the {@code viewDigest} of what was seen
     */
    record Breaking(@Nullable String reason, @Nullable String view) {}

    @POST
    @Path("{id}/break-glass")
    @RolesAllowed("approver")
    @Operation(
            summary = "Let a call be decided again without those who are asked; it is reviewed afterwards",
            description = "For members of writ.approval.break-glass-groups. What denies the call then denies it.")
    @APIResponse(responseCode = "200", description = "Recorded, twice; the call is decided again")
    @APIResponse(
            responseCode = "403",
            description = "You may not, have a stake in the call, or something you did is overdue to be reviewed")
    @APIResponse(responseCode = "404", description = "No call of this id ever waited")
    @APIResponse(responseCode = "409", description = "It has ended or expired, or 'view' is of something else")
    public Uni<ApprovalResource.Item> breakGlass(@PathParam("id") String id, Breaking breaking) {
        String view = Optional.ofNullable(breaking.view())
                .orElseThrow(() -> new Problem(
                        ProblemType.MALFORMED,
                        "'view' is the 'viewDigest' of what you let go on. Nothing was recorded."));
        return breakGlass
                .breakGlass(
                        RequestFields.waitingCall(id),
                        callers.approver(),
                        RequestFields.reason(breaking.reason()),
                        view)
                .map(ApprovalResource.Item::of);
    }
}
