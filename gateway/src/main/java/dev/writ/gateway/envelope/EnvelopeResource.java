package dev.writ.gateway.envelope;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.gateway.wire.RequestFields;
import dev.writ.model.JsonObject;
import dev.writ.model.Role;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where people see what they approved beyond single calls, make it smaller, and take it back. */
@Path("/v1/envelopes")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Envelopes")
public class EnvelopeResource {

    private final Shelf shelf;
    private final Answers answers;
    private final Limitations limitations;
    private final Callers callers;

    EnvelopeResource(Shelf shelf, Answers answers, Limitations limitations, Callers callers) {
        this.shelf = shelf;
        this.answers = answers;
        this.limitations = limitations;
        this.callers = callers;
    }

    /**
     * A call that rests on an envelope.
     *
     * @param use which one it is, from 1
     * @param decision index of the call's decision
     * @param outcome absent while it runs, or where nobody has said what became of it
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Use(int use, String call, long decision, Instant at, Optional<String> outcome) {

        static Use of(Shelf.Use use) {
            return new Use(use.number(), use.call().toString(), use.decided(), use.at(), use.outcome());
        }
    }

    /**
     * What was revoked.
     *
     * @param uses the first of the calls that have rested on it; {@code next} of GET uses gets on
     */
    public record Revoked(EnvelopeJson envelope, Page<Use> uses) {}

    /**
     * What is said by whoever consents.
     *
     * @param reason why, in 1 to 1,000 characters
     * @param view the {@code viewDigest} of the call that it was made from, if that was seen
     */
    public record Consenting(
            @Nullable String reason, @Nullable String view) {}

    /**
     * How much of one is to be left.
     *
     * @param bounds all that are left; as they are if absent
     * @param uses how many it is for in all; as many as before if absent
     * @param until its end, RFC 3339; as before if absent
     * @param reason why, in 1 to 1,000 characters
     */
    public record Narrowing(
            @Nullable List<JsonObject> bounds,
            @Nullable Integer uses,
            @Nullable String until,
            @Nullable String reason) {}

    @GET
    @RolesAllowed({"approver", "auditor", "operator", "admin"})
    @Operation(summary = "Approvals of several calls, newest first; approvers see those of their groups")
    @APIResponse(responseCode = "200", description = "One page, without arguments; it may be short and not be the last")
    public Uni<Page<EnvelopeJson>> list(
            @QueryParam("state") @Nullable String state,
            @QueryParam("agent") @Nullable String agent,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        Instant now = answers.now();
        Predicate<Envelope> wanted = state(state)
                .<Predicate<Envelope>>map(asked -> envelope -> envelope.stateAt(now) == asked)
                .orElse(envelope -> true);
        long before = page.after().isEmpty() ? Long.MAX_VALUE : number(page.after());
        return shelf.list(EnvelopeForms.agent(agent), wanted.and(theirs()), before, page.size())
                .map(found -> new Page<>(
                        found.envelopes().stream()
                                .map(envelope -> EnvelopeJson.of(envelope, now))
                                .toList(),
                        found.before().map(String::valueOf)));
    }

    @GET
    @Path("{id}")
    @RolesAllowed({"approver", "auditor", "operator", "admin"})
    @Operation(summary = "An approval of several calls, with its bounds and whoever consented")
    @APIResponse(responseCode = "200", description = "All of it; arguments and bounds are absent once they were erased")
    @APIResponse(responseCode = "404", description = "There is none of this id, or of none of your groups")
    public Uni<EnvelopeJson> find(@PathParam("id") String id) {
        return existing(id).map(envelope -> EnvelopeJson.of(envelope, answers.now()));
    }

    @GET
    @Path("{id}/uses")
    @RolesAllowed({"approver", "auditor", "operator", "admin"})
    @Operation(summary = "The calls that rest on it, first ones first, and what became of each")
    @APIResponse(responseCode = "200", description = "One page; a call without an outcome may be running")
    @APIResponse(responseCode = "404", description = "There is none of this id, or of none of your groups")
    public Uni<Page<Use>> uses(
            @PathParam("id") String id,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        int after = page.after().isEmpty() ? 0 : (int) Math.min(Integer.MAX_VALUE, number(page.after()));
        return existing(id).chain(envelope -> uses(envelope, after, page.size()));
    }

    @POST
    @Path("{id}/consent")
    @RolesAllowed("approver")
    @Operation(
            summary = "Consent to what somebody proposed, where the rule asks for more than one",
            description = "The call that it was made from is approved with it, as far as you are asked.")
    @APIResponse(responseCode = "200", description = "Recorded; once enough have consented calls may rest on it")
    @APIResponse(responseCode = "403", description = "You may not answer the rule that it is about")
    @APIResponse(responseCode = "404", description = "There is none of this id, or of none of your groups")
    @APIResponse(responseCode = "409", description = "You have consented already, or nobody's consent is missing")
    public Uni<EnvelopeJson> consent(@PathParam("id") String id, Consenting consenting) {
        String reason = RequestFields.reason(consenting.reason());
        Approver by = callers.approver();
        return existing(id)
                .chain(envelope -> answers.consent(envelope, by, reason, Optional.ofNullable(consenting.view())))
                .map(envelope -> EnvelopeJson.of(envelope, answers.now()));
    }

    @POST
    @Path("{id}/narrow")
    @RolesAllowed({"approver", "operator", "admin"})
    @Operation(summary = "Make it smaller, which takes nobody's consent")
    @APIResponse(responseCode = "200", description = "Recorded; no call rests on more from now on")
    @APIResponse(responseCode = "404", description = "There is none of this id, or of none of your groups")
    @APIResponse(responseCode = "409", description = "It has ended")
    @APIResponse(responseCode = "422", description = "That would be wider; the next call outside of it asks people")
    public Uni<EnvelopeJson> narrow(@PathParam("id") String id, Narrowing narrowing) {
        Limitations.Rest rest = new Limitations.Rest(
                Optional.ofNullable(narrowing.bounds()),
                Optional.ofNullable(narrowing.uses()),
                Optional.ofNullable(narrowing.until()).map(EnvelopeForms::until));
        String reason = RequestFields.reason(narrowing.reason());
        Actor by = callers.caller();
        return existing(id)
                .chain(envelope -> limitations.narrow(envelope, by, rest, reason))
                .map(envelope -> EnvelopeJson.of(envelope, answers.now()));
    }

    @DELETE
    @Path("{id}")
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed({"approver", "operator", "admin"})
    @Operation(summary = "Revoke it: no call that is decided after this rests on it")
    @APIResponse(responseCode = "200", description = "Recorded; the answer lists the calls that had rested on it")
    @APIResponse(responseCode = "404", description = "There is none of this id, or of none of your groups")
    @APIResponse(responseCode = "409", description = "It has ended already")
    public Uni<Revoked> revoke(
            @PathParam("id") String id,
            @QueryParam("reason") @Nullable String reason,
            @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(null, limit);
        String why = RequestFields.reason(reason);
        Actor by = callers.caller();
        return existing(id)
                .chain(envelope -> limitations.revoke(envelope, by, why))
                .chain(revoked -> uses(revoked, 0, page.size())
                        .map(uses -> new Revoked(EnvelopeJson.of(revoked, answers.now()), uses)));
    }

    private Uni<Page<Use>> uses(Envelope envelope, int after, int most) {
        return shelf.uses(envelope, after, most)
                .map(uses -> new Page<>(
                        uses.stream().map(Use::of).toList(),
                        (long) after + most < envelope.used()
                                ? Optional.of(String.valueOf(after + most))
                                : Optional.empty()));
    }

    private Uni<Envelope> existing(String id) {
        Predicate<Envelope> theirs = theirs();
        return (EnvelopeForms.isId(id) ? shelf.find(id) : Uni.createFrom().item(Optional.<Envelope>empty()))
                .map(found -> found.filter(theirs)
                        .orElseThrow(() -> new Problem(
                                ProblemType.NOT_FOUND,
                                "There is no envelope of this id, or it is for none of your groups.")));
    }

    /** Those made from that call that calls may rest on, now or once more have consented, and that somebody may know of. Memory only. */
    public List<EnvelopeJson> madeFrom(Approver somebody, String agent, String call) {
        Instant now = answers.now();
        Predicate<Envelope> theirs = theirs(somebody);
        return shelf.open(agent).stream()
                .filter(envelope -> envelope.call().equals(call) && envelope.isOpenAt(now) && theirs.test(envelope))
                .map(envelope -> EnvelopeJson.of(envelope, now))
                .toList();
    }

    private Predicate<Envelope> theirs() {
        return theirs(callers.approver());
    }

    /** Those that somebody may know of. */
    private Predicate<Envelope> theirs(Approver caller) {
        boolean seesAll = caller.principal().has(Role.AUDITOR)
                || caller.principal().has(Role.OPERATOR)
                || caller.principal().has(Role.ADMIN);
        Set<String> groups = answers.groups(caller);
        Instant now = answers.now();
        return envelope -> seesAll
                || groups.stream().anyMatch(group -> envelope.target().isAsked(group, now))
                || envelope.consents().stream().anyMatch(consent -> groups.contains(consent.group()));
    }

    private static Optional<Envelope.State> state(@Nullable String text) {
        return Optional.ofNullable(text)
                .map(asked -> Envelope.State.parse(asked)
                        .orElseThrow(
                                () -> EnvelopeForms.malformed("'state' is proposed, live, used, expired or revoked.")));
    }

    private static long number(String cursor) {
        try {
            return Math.max(0, Long.parseLong(cursor));
        } catch (NumberFormatException none) {
            throw EnvelopeForms.malformed("'cursor' is the 'next' of another page.");
        }
    }
}
