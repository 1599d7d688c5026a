package dev.writ.gateway.governor;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Receipt;
import dev.writ.gateway.approval.ApprovalKinds;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.gateway.wire.RequestFields;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where people say, afterwards, whether a decision was right. */
@Path("/v1/tool-calls")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Approvals")
public class FeedbackResource {

    private final AuditReader reader;
    private final Journal journal;
    private final Callers callers;

    FeedbackResource(AuditReader reader, Journal journal, Callers callers) {
        this.reader = reader;
        this.journal = journal;
        this.callers = callers;
    }

    /**
     * What somebody says of a decision.
     *
     * @param verdict {@code right}, {@code wrong} or {@code too-strict}: it should have been allowed, or allowed without people
     * @param reason why, in 1 to 1,000 characters
     */
    public record Saying(@Nullable String verdict, @Nullable String reason) {}

    /**
     * What was recorded of it.
     *
     * @param index of its entry
     */
    public record Said(long index, String call, String verdict) {}

    @POST
    @Path("{id}/feedback")
    @RolesAllowed({"approver", "reviewer", "auditor"})
    @Operation(
            summary = "Say whether the decision on a call was right",
            description =
                    "One word of each person for each call counts, the last. It changes no decision; proposals of rules go by it.")
    @APIResponse(responseCode = "201", description = "Recorded")
    @APIResponse(responseCode = "400", description = "'verdict' or 'reason' is missing or malformed")
    @APIResponse(
            responseCode = "403",
            description = "The key is a program's, or what was recorded of the person was erased")
    @APIResponse(responseCode = "404", description = "There is no such call")
    public Uni<RestResponse<Said>> say(@PathParam("id") String id, Saying saying) {
        Actor actor = Actor.of(callers.principal());
        FeedbackEntries.Verdict verdict = Optional.ofNullable(saying.verdict())
                .flatMap(FeedbackEntries.Verdict::parse)
                .orElseThrow(() -> QueryParameters.malformed(FeedbackEntries.VERDICTS + " Nothing was recorded."));
        String reason = RequestFields.reason(saying.reason());
        return reader.ofCall(RequestFields.call(id, FeedbackResource::noCall).toString(), Set.of(ApprovalKinds.DECIDED))
                .map(entries -> entries.stream().findFirst().orElseThrow(FeedbackResource::noCall))
                .chain(decided ->
                        journal.record(actor, FeedbackEntries.of(decided, verdict, reason, journal.now()), List.of()))
                .map(receipt -> RestResponse.status(
                        RestResponse.Status.CREATED,
                        new Said(
                                receipt.fold(created -> created.recorded().index(), Receipt.Existing::index),
                                id,
                                verdict.text())));
    }

    private static Problem noCall() {
        return new Problem(ProblemType.NOT_FOUND, "There is no call of this id. Nothing was recorded.");
    }
}
