package dev.writ.gateway.call;

import dev.writ.gateway.auditing.Actors;
import dev.writ.gateway.wire.QueryParameters;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Why a call was decided as it was, for auditors. */
@Path("/v1/audit/calls")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("auditor")
@Tag(name = "Audit")
class ExplanationResource {

    private final Explanations explanations;
    private final Actors actors;

    ExplanationResource(Explanations explanations, Actors actors) {
        this.explanations = explanations;
        this.actors = actors;
    }

    @GET
    @Path("{id}")
    @Operation(
            summary =
                    "Everything the log says of one call: what was decided, why, by whom it was approved, what came of it",
            description =
                    "With the proof of its deciding entry. 'why' is worked out now, by asking the bundles of then again with the facts of"
                            + " then. It is recorded in the log as AUDIT_READ.")
    @APIResponse(responseCode = "200", description = "The call; what was erased says so")
    @APIResponse(responseCode = "400", description = "This is not the id of a call")
    @APIResponse(responseCode = "404", description = "No call of this id was decided")
    @APIResponse(responseCode = "503", description = "The read could not be recorded")
    public Uni<Explanation> explain(@PathParam("id") String id, @Context UriInfo uri) {
        QueryParameters.require(uri, Set.of());
        return explanations.of(actors.caller(), id);
    }
}
