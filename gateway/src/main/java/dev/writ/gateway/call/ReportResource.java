package dev.writ.gateway.call;

import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.RequestFields;
import dev.writ.model.JsonValue;
import dev.writ.model.Outcome;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where programs say what became of calls that the gateway decided and did not carry out. */
@Path("/v1/tool-calls")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Tool calls")
class ReportResource {

    private static final int LONGEST_REASON = 1_000;
    private static final Set<Outcome> REPORTED = Set.of(Outcome.SUCCEEDED, Outcome.FAILED, Outcome.UNKNOWN);

    private final Reports reports;
    private final Callers callers;

    ReportResource(Reports reports, Callers callers) {
        this.reports = reports;
        this.callers = callers;
    }

    /**
     * @param outcome {@code succeeded}, {@code failed} or {@code unknown}
     * @param result what the tool answered, if it did
     * @param reason why it did not succeed, in 1,000 characters at most
     */
    record Reported(
            @Nullable String outcome,
            @Nullable JsonValue result,
            @Nullable String reason) {}

    /**
     * @param index of its entry: calls decided after it know of it
     * @param by {@code reporter} or {@code agent}: whose word it is
     */
    record Recorded(long index, String outcome, String by) {}

    @POST
    @Path("{id}/outcome")
    @RolesAllowed({"agent", "reporter"})
    @Operation(
            summary = "Say what became of a call that was allowed or escalated in mode decide",
            description =
                    "The word of a reporter's key counts as if the gateway had carried the call out. An agent's own only says that the"
                            + " call may have been made: to rules it is 'unknown', whatever was reported.")
    @APIResponse(responseCode = "201", description = "Recorded")
    @APIResponse(responseCode = "200", description = "The same was reported before")
    @APIResponse(responseCode = "400", description = "'outcome' is missing or unknown, or 'reason' too long")
    @APIResponse(responseCode = "404", description = "There is no such call, or it is not of this agent")
    @APIResponse(
            responseCode = "409",
            description = "The gateway carries this call out itself, or it was denied, or another outcome was reported")
    public Uni<RestResponse<Recorded>> report(@PathParam("id") String id, Reported reported) {
        Principal caller = callers.principal();
        // A key that submits calls is one that a model may speak through, whatever else it may do.
        Report.By by = caller.has(Role.AGENT) ? Report.By.AGENT : Report.By.REPORTER;
        return reports.record(
                        RequestFields.call(id, Reports::noCall),
                        Actor.of(caller),
                        by == Report.By.REPORTER ? any -> true : ToolCalls.theirs(callers),
                        by,
                        outcome(reported),
                        Optional.ofNullable(reported.result()),
                        reason(reported))
                .map(done -> RestResponse.status(
                        done.isNew() ? RestResponse.Status.CREATED : RestResponse.Status.OK,
                        new Recorded(done.index(), done.outcome().text(), by.text())));
    }

    private static Outcome outcome(Reported reported) {
        return Arrays.stream(Outcome.values())
                .filter(REPORTED::contains)
                .filter(outcome -> outcome.text().equals(reported.outcome()))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        ProblemType.MALFORMED, "'outcome' is succeeded, failed or unknown. Nothing was recorded."));
    }

    private static Optional<String> reason(Reported reported) {
        Optional<String> reason = Optional.ofNullable(reported.reason());
        if (reason.filter(text -> text.length() > LONGEST_REASON).isPresent()) {
            throw new Problem(
                    ProblemType.MALFORMED,
                    "'reason' has " + LONGEST_REASON + " characters at most. Nothing was recorded.");
        }
        return reason;
    }
}
