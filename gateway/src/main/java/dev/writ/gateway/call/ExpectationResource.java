package dev.writ.gateway.call;

import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Receipt;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
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
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where people see whose calls wait for them because something did not follow that had to, and let them go on. */
@Path("/v1/expectations")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Expectations")
class ExpectationResource {

    private final Overdue overdue;
    private final Journal journal;
    private final Callers callers;

    ExpectationResource(Overdue overdue, Journal journal, Callers callers) {
        this.overdue = overdue;
        this.journal = journal;
        this.callers = callers;
    }

    /** What makes calls wait now. */
    record State(List<Missed> missed) {}

    /**
     * @param id index of its entry in the log
     * @param subject pseudonym of the person that the agent acts for; {@code -} if nobody
     * @param call that something had to follow
     * @param tool whose call had to follow it
     * @param group that decides on calls until this is lifted
     */
    record Missed(long id, String agent, String subject, String call, String tool, String group, Instant since) {

        static Missed of(Recorded recorded) {
            Entry entry = recorded.entry();
            Identity identity = ExpectationEntries.identity(entry);
            return new Missed(
                    recorded.index(),
                    identity.agent(),
                    identity.pseudonym(),
                    entry.column(Column.CALL).orElse(""),
                    entry.body().text("tool").orElse(""),
                    ExpectationEntries.escalatesTo(entry).orElse(""),
                    entry.at());
        }
    }

    /** @param reason why calls may go on */
    record Lifting(@Nullable String reason) {}

    /** @param index of the entry from which on calls no longer wait for this */
    record Lifted(long index) {}

    @GET
    @RolesAllowed({"operator", "auditor", "admin"})
    @Operation(summary = "What did not follow in time, and makes calls wait for people until it is lifted")
    public State list(@Context UriInfo uri) {
        QueryParameters.require(uri, Set.of());
        return new State(overdue.after(List.of()).missed().values().stream()
                .map(Missed::of)
                .toList());
    }

    @POST
    @Path("{id}/lift")
    @RolesAllowed("operator")
    @Operation(summary = "Let the calls go on that wait because something did not follow in time")
    @APIResponse(responseCode = "200", description = "In force: no later decision waits for this")
    @APIResponse(responseCode = "404", description = "Nothing of this id makes calls wait")
    public Uni<Lifted> lift(@PathParam("id") String id, @Nullable Lifting lifting) {
        String reason = RequestFields.reason(lifting == null ? null : lifting.reason());
        Recorded missed = Optional.of(id)
                .filter(text -> text.matches("\\d{1,18}"))
                .map(Long::valueOf)
                .map(overdue.after(List.of()).missed()::get)
                .orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND,
                        "Nothing of this id makes calls wait. GET /v1/expectations lists what does."));
        Entry entry = ExpectationEntries.lifted(missed, reason, journal.now());
        return journal.record(
                        Actor.of(callers.principal()),
                        new Draft<>(Set.of(), journal.size(), since -> new Settled<>(entry, List.of(), entry)))
                .map(receipt ->
                        new Lifted(receipt.fold(created -> created.recorded().index(), Receipt.Existing::index)));
    }
}
