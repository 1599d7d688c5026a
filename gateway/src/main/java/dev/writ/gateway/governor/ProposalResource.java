package dev.writ.gateway.governor;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.audit.Column;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.wire.Page;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.gateway.wire.RequestFields;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where security teams see rules that would spare people the same approval again and again, and take them or not. */
@Path("/v1/proposals")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Policies")
public class ProposalResource {

    private static final List<String> STATES = List.of("open", "withheld", "published", "dismissed");

    private final Proposals proposals;
    private final Callers callers;

    ProposalResource(Proposals proposals, Callers callers) {
        this.proposals = proposals;
        this.callers = callers;
    }

    /**
     * A proposed rule with what it rests on.
     *
     * @param state {@code open}, {@code withheld}, {@code published} or {@code dismissed}
     * @param rule that asks people
     * @param approvals how many of them it rests on
     * @param tooStrict of how many of these somebody else says that people need not have been asked
     * @param calls ids of what was approved, 100 at most
     * @param until the first day, in UTC, on which the rule would not hold any more
     * @param base digest of the active bundle that it was made for
     * @param candidate digest of the bundle with the rule; absent if it is withheld
     * @param replay what it would have changed: decisions that were compared, and those of them that would have been allowed
     * @param withheld why it cannot be published
     * @param files that are new or changed, by path; absent in a list
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Shown(
            String id,
            String state,
            String agent,
            String tool,
            String rule,
            long approvals,
            long tooStrict,
            List<String> approvers,
            List<String> calls,
            Instant proposedAt,
            LocalDate until,
            Optional<String> base,
            Optional<String> candidate,
            Optional<String> version,
            Optional<JsonObject> replay,
            Optional<String> withheld,
            Optional<Map<String, String>> files) {

        static Shown of(Proposal proposal) {
            JsonObject body = proposal.body();
            return new Shown(
                    proposal.id(),
                    proposal.state(),
                    proposal.column(Column.AGENT),
                    proposal.column(Column.TOOL),
                    proposal.column(Column.RULE),
                    proposal.number(Proposal.APPROVALS),
                    proposal.number("tooStrict"),
                    proposal.texts(Proposal.APPROVERS),
                    proposal.texts(Proposal.CALLS),
                    proposal.at(),
                    proposal.until(),
                    body.text(Proposal.BASE),
                    body.text(Proposal.CANDIDATE),
                    body.text("version"),
                    body.object("replay"),
                    body.text(Proposal.WITHHELD),
                    proposal.files());
        }
    }

    /**
     * What came of publishing a proposal.
     *
     * @param digest of the bundle: POST /v1/policies/{digest}/shadow, /approve and /activate go on from here
     */
    public record Published(String digest) {}

    /**
     * Why a proposal is dismissed.
     *
     * @param reason why the rule is not wanted, in 1 to 1,000 characters
     */
    public record Dismissing(@Nullable String reason) {}

    @GET
    @RolesAllowed({"author", "reviewer", "auditor", "operator"})
    @Operation(summary = "Rules that Writ proposes, newest first")
    @APIResponse(responseCode = "200", description = "One page")
    public Uni<Page<Shown>> list(
            @QueryParam("state") @Nullable String state,
            @QueryParam("tool") @Nullable String tool,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        Optional<String> wanted = QueryParameters.oneOf("state", state, STATES);
        Optional<String> about = QueryParameters.name("tool", tool);
        if (!page.after().isEmpty() && !page.after().matches("\\d{1,18}")) {
            throw QueryParameters.malformed("'cursor' is the 'next' of another page.");
        }
        long below = page.after().isEmpty() ? Long.MAX_VALUE : Long.parseLong(page.after());
        return proposals
                .all()
                .map(all -> page.of(
                        all.stream()
                                .filter(one -> one.recorded().index() < below)
                                .filter(one -> wanted.isEmpty() || wanted.get().equals(one.state()))
                                .filter(one -> about.isEmpty() || about.get().equals(one.column(Column.TOOL)))
                                .limit(page.rows())
                                .toList(),
                        one -> Long.toString(one.recorded().index()),
                        Shown::of));
    }

    @GET
    @Path("{id}")
    @RolesAllowed({"author", "reviewer", "auditor", "operator"})
    @Operation(summary = "One proposed rule, with the files that the bundle would have")
    @APIResponse(
            responseCode = "200",
            description = "The proposal; without files if it is withheld or they were erased")
    @APIResponse(responseCode = "404", description = "There is no such proposal")
    public Uni<Shown> find(@PathParam("id") String id) {
        return proposals.find(id).map(Shown::of);
    }

    @POST
    @Path("refresh")
    @RolesAllowed({"author", "reviewer", "operator"})
    @Operation(summary = "Let proposals be looked for now, and not only once in a while")
    @APIResponse(responseCode = "202", description = "It is looked for; what is found is listed")
    public Uni<RestResponse<Void>> refresh() {
        return proposals.request(Actor.of(callers.principal())).map(done -> RestResponse.accepted());
    }

    @POST
    @Path("{id}/publish")
    @RolesAllowed("author")
    @Operation(
            summary = "Publish the bundle with the proposed rule; it decides nothing yet",
            description = "A version like any other from here on: shadowed, approved and activated by other people.")
    @APIResponse(responseCode = "201", description = "Published")
    @APIResponse(
            responseCode = "403",
            description = "It rests on approvals of yours, or the bundle's name has no scope")
    @APIResponse(responseCode = "404", description = "There is no such proposal")
    @APIResponse(
            responseCode = "409",
            description = "It is withheld or answered, or another version is active than the one it was made for")
    @APIResponse(responseCode = "422", description = "The bundle cannot be used any more; 'problems' says why")
    public Uni<RestResponse<Published>> publish(@PathParam("id") String id) {
        return proposals
                .publish(callers.approver(), id)
                .map(digest -> RestResponse.ResponseBuilder.create(
                                RestResponse.Status.CREATED, new Published(digest.value()))
                        .location(URI.create("/v1/policies/" + digest))
                        .build());
    }

    @POST
    @Path("{id}/dismiss")
    @RolesAllowed({"author", "reviewer"})
    @Operation(
            summary = "Say that a proposed rule is not wanted",
            description = "It stays dismissed until the same was approved twice as often.")
    @APIResponse(responseCode = "204", description = "Recorded")
    @APIResponse(responseCode = "404", description = "There is no such proposal")
    @APIResponse(responseCode = "409", description = "Somebody has answered it already")
    public Uni<Void> dismiss(@PathParam("id") String id, Dismissing dismissing) {
        return proposals.dismiss(callers.approver(), id, RequestFields.reason(dismissing.reason()));
    }
}
