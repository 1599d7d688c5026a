package dev.writ.gateway.passkey;

import dev.writ.gateway.approval.Approvals;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.wire.RequestFields;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What an approver signs. */
@Path("/v1/approvals/{id}/challenge")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Approvals")
class ChallengeResource {

    private final Approvals approvals;
    private final Registrations registrations;
    private final Callers callers;

    ChallengeResource(Approvals approvals, Registrations registrations, Callers callers) {
        this.approvals = approvals;
        this.registrations = registrations;
        this.callers = callers;
    }

    @GET
    @RolesAllowed("approver")
    @Operation(
            summary = "What to sign with a passkey to approve a call",
            description =
                    "'publicKey' is for PublicKeyCredential.parseRequestOptionsFromJSON and navigator.credentials.get."
                            + " Send what that answers as 'assertion', and 'statement' as it is, to POST /v1/approvals/{id}/approve.")
    @APIResponse(responseCode = "200", description = "The statement, and the request for a signature of its digest")
    @APIResponse(responseCode = "403", description = "You may not approve it")
    @APIResponse(responseCode = "404", description = "No call of this id ever waited")
    @APIResponse(responseCode = "409", description = "It has ended, or you have no passkey that counts")
    public Uni<PasskeyResource.Challenge> challenge(@PathParam("id") String id) {
        Approver by = callers.approver();
        return approvals
                .statement(RequestFields.waitingCall(id), by)
                .map(statement ->
                        new PasskeyResource.Challenge(registrations.requestOptions(statement, by), statement));
    }
}
