package dev.writ.gateway.envelope;

import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.wire.RequestFields;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where an approver answers a call that waits, and calls like it. */
@Path("/v1/approvals/{id}/envelope")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Envelopes")
public class ProposalResource {

    private final Answers answers;
    private final Callers callers;

    ProposalResource(Answers answers, Callers callers) {
        this.answers = answers;
        this.callers = callers;
    }

    /**
     * How far an answer is to reach.
     *
     * @param rule whose question it answers; needed only if several ask you
     * @param bounds each {@code {"path": "/amount", "from": 1, "to": 500}} or {@code {"path": "/to", "oneOf": ["acme", "globex"]}}, with a
     *     JSON Pointer; every other argument has to be as it is in this call
     * @param uses how many further calls
     * @param until its end, RFC 3339
     * @param reason why, in 1 to 1,000 characters
     * @param view the {@code viewDigest} of what was seen
     */
    public record Proposing(
            @Nullable String rule,
            @Nullable List<JsonObject> bounds,
            @Nullable Integer uses,
            @Nullable String until,
            @Nullable String reason,
            @Nullable String view) {}

    @POST
    @RolesAllowed("approver")
    @Operation(
            summary = "Approve a call, and so many calls like it until a time",
            description =
                    "The call itself is approved with it, as by approve, and is none of the uses. Where the rule asks for several"
                            + " approvals, others consent with POST /v1/envelopes/{id}/consent.")
    @APIResponse(responseCode = "200", description = "Recorded; live at once if one consent is enough")
    @APIResponse(responseCode = "403", description = "You may not answer this call")
    @APIResponse(responseCode = "404", description = "No call of this id ever waited")
    @APIResponse(
            responseCode = "409",
            description =
                    "It has ended, its rule allows for no envelopes or has changed, or the tool's effects cannot be undone")
    @APIResponse(
            responseCode = "422",
            description = "More than the rule allows, or bounds that this call is outside of")
    public Uni<EnvelopeJson> propose(@PathParam("id") String id, Proposing proposing) {
        Proposals.Extent extent = new Proposals.Extent(
                Optional.ofNullable(proposing.rule()),
                Objects.requireNonNullElse(proposing.bounds(), List.of()),
                Optional.ofNullable(proposing.uses())
                        .orElseThrow(() -> EnvelopeForms.malformed("'uses' is how many further calls.")),
                EnvelopeForms.until(proposing.until()));
        return answers.propose(
                        RequestFields.waitingCall(id),
                        callers.approver(),
                        extent,
                        RequestFields.reason(proposing.reason()),
                        Optional.ofNullable(proposing.view()))
                .map(envelope -> EnvelopeJson.of(envelope, answers.now()));
    }
}
