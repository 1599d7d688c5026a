package dev.writ.gateway.governor;

import dev.writ.gateway.approval.ApprovalKinds;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Reads;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.wire.Page;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where security teams see how people answer, and people see how they do. */
@Path("/v1/approver-figures")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Approvals")
public class FiguresResource {

    private static final Duration USUAL = Duration.ofDays(30);
    private static final Set<String> ANSWERS = Set.of(ApprovalKinds.GRANTED, ApprovalKinds.REFUSED, Pace.TOO_FAST);
    private static final List<Role> SEE_ALL = List.of(Role.OPERATOR, Role.AUDITOR, Role.REVIEWER);

    private final LogPages log;
    private final Reads reads;
    private final Journal journal;
    private final Callers callers;

    FiguresResource(LogPages log, Reads reads, Journal journal, Callers callers) {
        this.log = log;
        this.reads = reads;
        this.journal = journal;
        this.callers = callers;
    }

    /**
     * The figures of people who answer, of one time.
     *
     * @param from earliest time, inclusive
     * @param to latest time, exclusive
     * @param items by name
     * @param next sent as {@code cursor}, gets the next page; absent on the last
     * @param cut whether there are more than 20,000 answers, and only the newest of them are in the figures
     */
    public record Figures(Instant from, Instant to, List<ApproverFigures> items, Optional<String> next, boolean cut) {}

    @GET
    @RolesAllowed({"operator", "auditor", "reviewer", "approver"})
    @Operation(
            summary = "How people who approve answer: how often, how fast, how many in a row",
            description =
                    "Of the last 30 days, unless 'from' and 'to' say otherwise. Approvers see their own figures only.")
    @APIResponse(responseCode = "200", description = "One page")
    @APIResponse(responseCode = "400", description = "A parameter is malformed")
    @APIResponse(responseCode = "422", description = "It would take too long: ask for less")
    public Uni<Figures> figures(
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        Principal caller = callers.principal();
        Actor actor = Actor.of(caller);
        Instant until = QueryParameters.time("to", to).orElseGet(journal::now);
        Instant since = QueryParameters.time("from", from).orElseGet(() -> until.minus(USUAL));
        if (until.isBefore(since)) {
            throw QueryParameters.malformed(
                    "'to' is before 'from'. Answers from 'from' on and before 'to' are counted.");
        }
        JsonObject asked = JsonObject.builder()
                .put("from", since.toString())
                .put("to", until.toString())
                .build();
        return log.read(ANSWERS, Map.of(), Optional.of(since), Optional.of(until))
                .map(found -> shown(ApproverFigures.of(found.newestFirst()), caller, page, since, until, found.isCut()))
                .call(shown -> reads.record(actor, "approver-figures", asked));
    }

    private static Figures shown(
            SortedMap<String, ApproverFigures> figures,
            Principal caller,
            Page.Request page,
            Instant since,
            Instant until,
            boolean isCut) {
        boolean seesAll = SEE_ALL.stream().anyMatch(caller::has);
        Stream<ApproverFigures> seen = figures.values().stream()
                .filter(one -> seesAll || one.approver().equals(caller.agent()))
                .filter(one -> one.approver().compareTo(page.after()) > 0);
        Page<ApproverFigures> items = page.of(seen.limit(page.rows()).toList(), ApproverFigures::approver, one -> one);
        return new Figures(since, until, items.items(), items.next(), isCut);
    }
}
