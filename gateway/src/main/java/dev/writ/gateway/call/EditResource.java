package dev.writ.gateway.call;

import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Attention;
import dev.writ.gateway.approval.Edited;
import dev.writ.gateway.approval.Edits;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.RequestFields;
import dev.writ.model.CallId;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where people change what they approve. */
@Path("/v1/approvals")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Approvals")
class EditResource {

    private final EditedCalls calls;
    private final Callers callers;
    private final Attention attention;
    private final Journal journal;

    EditResource(EditedCalls calls, Callers callers, Attention attention, Journal journal) {
        this.calls = calls;
        this.callers = callers;
        this.attention = attention;
        this.journal = journal;
    }

    /**
     * @param arguments complete, as they are to be sent
     * @param reason why, in 1 to 1,000 visible characters
     * @param view the {@code viewDigest} of what was seen
     */
    record Editing(
            @Nullable JsonObject arguments,
            @Nullable String reason,
            @Nullable String view) {}

    /**
     * @param state {@code open}, or {@code approved} if nobody else is asked
     * @param viewDigest of what the others have to approve now
     * @param changes {@code path}, a JSON pointer, {@code from} and {@code to} of each value that is sent differently
     */
    record Changed(String id, String state, Instant expiresAt, String viewDigest, JsonArray changes) {

        static Changed of(Approval approval) {
            return new Changed(
                    approval.call().toString(),
                    approval.state().text(),
                    approval.escalation().expiresAt(),
                    approval.viewDigest(),
                    approval.edited().map(Edited::changes).orElseGet(() -> new JsonArray(List.of())));
        }
    }

    @POST
    @Path("{id}/edit")
    @RolesAllowed("approver")
    @Operation(
            summary = "Change the arguments of a call that waits, and approve it so",
            description =
                    "The rules of now are asked about the call as it would be. If they deny it, that is recorded and nothing changes."
                            + " Otherwise it waits with these arguments: this is your approval of it, what others approved before"
                            + " is void, and whoever the rules ask besides is asked too. The agent is told what was changed.")
    @APIResponse(responseCode = "200", description = "Recorded; once nothing more is asked, the call is decided again")
    @APIResponse(responseCode = "400", description = "Something is missing, or the arguments do not fit the tool")
    @APIResponse(
            responseCode = "403",
            description = "You may not approve it, or rules deny it so; the call is as it was")
    @APIResponse(responseCode = "404", description = "No call of this id ever waited")
    @APIResponse(
            responseCode = "409",
            description =
                    "It has ended or expired, 'view' is of something else, nothing is different, it was changed as often as"
                            + " may be, or somebody else carries it out")
    @APIResponse(responseCode = "413", description = "Too much is different")
    @APIResponse(
            responseCode = "429",
            description = "You approved several calls in a row faster than they can be read; wait, or refuse")
    public Uni<Changed> edit(@PathParam("id") String id, Editing editing) {
        Approver by = callers.approver();
        Edits.Wish wish = Edits.Wish.of(by, editing.reason(), editing.view(), journal.now());
        JsonObject arguments = Optional.ofNullable(editing.arguments())
                .orElseThrow(() -> new Problem(
                        ProblemType.MALFORMED,
                        "'arguments' is missing. Send all of them, not only what is different."));
        CallId call = RequestFields.waitingCall(id);
        return attention
                .before(by)
                .chain(() -> calls.edit(call, wish, arguments))
                .chain(edited -> attention.after(call, by).replaceWith(() -> Changed.of(edited)));
    }
}
