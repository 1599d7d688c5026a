package dev.writ.gateway.retention;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.identity.Directory;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.gateway.wire.RequestFields;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where people place and release holds, erase and prune, two of them each time. */
@Path("/v1/audit/operations")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Audit")
class OperationResource {

    private static final int LONGEST_PERSON = 256;
    private static final Set<String> PARAMETERS = Set.of("state", "cursor", "limit");

    private final FourEyes operations;
    private final PruneBound bound;
    private final Timeline timeline;
    private final AuditReader reader;
    private final Directory directory;
    private final Pseudonyms pseudonyms;
    private final Callers callers;
    private final Journal journal;

    OperationResource(
            FourEyes operations,
            PruneBound bound,
            Timeline timeline,
            AuditReader reader,
            Directory directory,
            Pseudonyms pseudonyms,
            Callers callers,
            Journal journal) {
        this.operations = operations;
        this.bound = bound;
        this.timeline = timeline;
        this.reader = reader;
        this.directory = directory;
        this.pseudonyms = pseudonyms;
        this.callers = callers;
        this.journal = journal;
    }

    /**
     * @param operation {@code erase}, {@code prune}, {@code hold} or {@code release}
     * @param onBehalfOf the person to erase or hold; only their pseudonym is recorded
     * @param agent whose records when it acted for nobody are to be erased or held
     * @param before prune what is older than that time
     * @param below prune what is below that index
     * @param hold id of the hold to release
     * @param reason kept even when the person is erased: it must not name them
     */
    record Proposal(
            @Nullable String operation,
            @Nullable String onBehalfOf,
            @Nullable String agent,
            @Nullable String before,
            @Nullable Long below,
            @Nullable String hold,
            @Nullable String reason) {}

    /** @param reason why it is not to be */
    record Rejection(@Nullable String reason) {}

    /** Nothing to say. */
    record Confirmation() {}

    /** @param index of its entry in the log */
    record Step(String by, Instant at, long index) {

        static Step of(Proposed.Step step) {
            return new Step(step.by(), step.at(), step.index());
        }
    }

    /**
     * @param state {@code proposed}, {@code expired}, {@code rejected}, {@code confirmed}, {@code released} or {@code done}
     * @param subject whom it is about: {@code person/} and a pseudonym, or {@code agent/} and a name
     * @param below entries below that index are pruned
     * @param kinds that are pruned
     * @param hold that is released
     * @param heldBy the holds that stop it now
     * @param ended when a hold was released, or what was to be deleted was gone
     * @param deleted rows that went
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Shown(
            String id,
            String operation,
            String state,
            Optional<String> subject,
            Optional<Long> below,
            Optional<List<String>> kinds,
            Optional<String> hold,
            Optional<String> reason,
            Step proposed,
            Optional<Instant> expiresAt,
            Optional<Step> answered,
            Optional<List<String>> heldBy,
            Optional<Step> ended,
            Optional<Long> deleted) {}

    @POST
    @RolesAllowed({"admin", "auditor"})
    @Operation(
            summary = "Propose a hold, a release, an erasure or a pruning",
            description = "Nothing is deleted before somebody else confirms it. A hold protects from its proposal on.")
    @APIResponse(responseCode = "202", description = "Proposed; somebody else has to confirm it")
    @APIResponse(responseCode = "403", description = "Your key has not the role for this operation")
    @APIResponse(responseCode = "404", description = "Nothing is recorded of them, or there is no such hold")
    @APIResponse(responseCode = "409", description = "It cannot be done, and the detail says why")
    public Uni<RestResponse<Shown>> propose(Proposal proposal) {
        String reason = RequestFields.reason(proposal.reason());
        if (proposal.onBehalfOf() != null && reason.contains(proposal.onBehalfOf())) {
            throw malformed("'reason' is kept when the person is erased. Do not name them in it.");
        }
        return act(proposal)
                .chain(act -> operations.propose(act, callers.approver(), reason))
                .map(operation -> RestResponse.ResponseBuilder.<Shown>create(
                                RestResponse.Status.ACCEPTED, shown(operation))
                        .location(URI.create("/v1/audit/operations/" + operation.id()))
                        .build());
    }

    @GET
    @RolesAllowed({"admin", "auditor"})
    @Operation(summary = "Operations, newest first")
    @APIResponse(responseCode = "200", description = "One page")
    @APIResponse(responseCode = "400", description = "A parameter is unknown or malformed")
    public Page<Shown> list(
            @QueryParam("state") @Nullable String state,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable Integer limit,
            @Context UriInfo uri) {
        if (!PARAMETERS.containsAll(uri.getQueryParameters().keySet())) {
            throw malformed("There is a parameter that is not known. Known ones: "
                    + String.join(", ", new TreeSet<>(PARAMETERS)) + ".");
        }
        Optional<Proposed.State> wanted = Optional.ofNullable(state)
                .map(text -> Proposed.State.parse(text)
                        .orElseThrow(() ->
                                malformed("'state' is proposed, expired, rejected, confirmed, released or done.")));
        Page.Request page = Page.Request.of(cursor, limit);
        long before = before(page.after());
        Instant now = journal.now();
        List<Proposed> found = operations.state().all().stream()
                .filter(operation -> operation.proposed().index() < before)
                .filter(operation ->
                        wanted.filter(other -> other != operation.stateAt(now)).isEmpty())
                .limit(page.rows())
                .toList();
        return page.of(found, operation -> Long.toString(operation.proposed().index()), this::shown);
    }

    @GET
    @Path("{id}")
    @RolesAllowed({"admin", "auditor"})
    @Operation(summary = "One operation")
    @APIResponse(responseCode = "200", description = "Where it stands")
    @APIResponse(responseCode = "404", description = "There is none of this id")
    public Shown one(@PathParam("id") String id) {
        return shown(operations.existing(id));
    }

    @POST
    @Path("{id}/confirm")
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed({"admin", "auditor"})
    @Operation(summary = "Agree to what somebody else has proposed, which puts it in force")
    @APIResponse(responseCode = "200", description = "In force; what it deletes goes in a moment")
    @APIResponse(responseCode = "403", description = "You proposed it, or your key has not the role for it")
    @APIResponse(responseCode = "404", description = "There is none of this id")
    @APIResponse(responseCode = "409", description = "It was answered, has expired, or a hold stops it")
    public Uni<Shown> confirm(@PathParam("id") String id) {
        return operations.confirm(id, callers.approver()).map(this::shown);
    }

    @POST
    @Path("{id}/reject")
    @RolesAllowed({"admin", "auditor"})
    @Operation(summary = "End a proposal; its proposer may, too")
    @APIResponse(responseCode = "200", description = "It is rejected; a hold no longer protects")
    @APIResponse(responseCode = "403", description = "Your key has not the role for it")
    @APIResponse(responseCode = "404", description = "There is none of this id")
    @APIResponse(responseCode = "409", description = "It was answered or has expired")
    public Uni<Shown> reject(@PathParam("id") String id, Rejection rejection) {
        return operations
                .reject(id, callers.approver(), RequestFields.reason(rejection.reason()))
                .map(this::shown);
    }

    private Uni<Act> act(Proposal proposal) {
        String operation = Objects.requireNonNullElse(proposal.operation(), "");
        return switch (operation) {
            case "erase" -> erase(proposal);
            case "prune" -> prune(proposal);
            case "hold" -> Uni.createFrom().item(new Act.Hold(subject(only(proposal, "onBehalfOf", "agent"))));
            case "release" ->
                Uni.createFrom()
                        .item(new Act.Release(
                                Optional.ofNullable(only(proposal, "hold").hold())
                                        .orElseThrow(() -> malformed("'hold' is the id of the hold to release."))));
            default -> throw malformed("'operation' is erase, prune, hold or release.");
        };
    }

    private Uni<Act> erase(Proposal proposal) {
        String subject = subject(only(proposal, "onBehalfOf", "agent"))
                .orElseThrow(() -> malformed("'onBehalfOf' or 'agent' says whose records are to be erased."));
        return isRecorded(subject, proposal.agent()).map(recorded -> {
            if (!recorded) {
                throw new Problem(
                        ProblemType.NOT_FOUND,
                        "Nothing is recorded of them under this identifier. Look for a slip of the pen.");
            }
            return new Act.Erase(subject);
        });
    }

    private Uni<Boolean> isRecorded(String subject, @Nullable String agent) {
        if (agent != null) {
            return Uni.createFrom().item(directory.hasAgent(agent));
        }
        String pseudonym = subject.substring(subject.indexOf('/') + 1);
        return reader.find(new EntryQuery(
                        Map.of(Column.SUBJECT, pseudonym),
                        Set.of(),
                        0,
                        Long.MAX_VALUE,
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        1,
                        false))
                .map(found -> !found.isEmpty());
    }

    private Uni<Act> prune(Proposal proposal) {
        only(proposal, "before", "below");
        if (proposal.before() == null == (proposal.below() == null)) {
            throw malformed("Either 'before', a time such as 2026-01-02T03:04:05Z, or 'below', an index.");
        }
        Uni<Long> asked = proposal.before() == null
                ? Uni.createFrom().item(index(proposal.below()))
                : timeline.firstSince(time(proposal.before()), 0, Long.MAX_VALUE);
        return asked.chain(bound::below).map(Act.Prune::new);
    }

    private static long index(@Nullable Long below) {
        if (below == null || below < 1) {
            throw malformed("'below' is an index of the log, 1 or more.");
        }
        return below;
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException malformed) {
            throw malformed("'before' is a time such as 2026-01-02T03:04:05Z.");
        }
    }

    private Optional<String> subject(Proposal proposal) {
        String person = proposal.onBehalfOf();
        String agent = proposal.agent();
        if (person != null && agent != null) {
            throw malformed("'onBehalfOf' or 'agent', not both.");
        }
        if (person != null
                && (person.isBlank()
                        || person.length() > LONGEST_PERSON
                        || person.chars().anyMatch(Character::isISOControl))) {
            throw malformed("'onBehalfOf' identifies a person with 1 to " + LONGEST_PERSON
                    + " characters, none of them a control character.");
        }
        if (agent != null && !directory.hasAgent(agent)) {
            throw new Problem(ProblemType.NOT_FOUND, "There is no agent of that name. GET /v1/agents lists them.");
        }
        return person != null
                ? Optional.of("person/" + pseudonyms.of(person))
                : Optional.ofNullable(agent).map(name -> "agent/" + name);
    }

    /** Refuses members that the operation does not take, rather than do something else than was meant. */
    private static Proposal only(Proposal proposal, String... members) {
        Set<String> taken = Set.of(members);
        requireTaken(taken, "onBehalfOf", proposal.onBehalfOf());
        requireTaken(taken, "agent", proposal.agent());
        requireTaken(taken, "before", proposal.before());
        requireTaken(taken, "below", proposal.below());
        requireTaken(taken, "hold", proposal.hold());
        return proposal;
    }

    private static void requireTaken(Set<String> taken, String member, @Nullable Object value) {
        if (value != null && !taken.contains(member)) {
            throw malformed("This operation takes no '" + member + "', but " + String.join(", ", new TreeSet<>(taken))
                    + " and reason.");
        }
    }

    private Shown shown(Proposed operation) {
        Act act = operation.act();
        Proposed.State stands = operation.stateAt(journal.now());
        boolean mayBeHeld = stands == Proposed.State.PROPOSED || stands == Proposed.State.CONFIRMED;
        return new Shown(
                operation.id(),
                act.text(),
                stands.text(),
                act.subjectKey(),
                act instanceof Act.Prune prune ? Optional.of(prune.below()) : Optional.empty(),
                act instanceof Act.Prune ? Optional.of(Act.PRUNABLE) : Optional.empty(),
                act instanceof Act.Release release ? Optional.of(release.hold()) : Optional.empty(),
                operation.reason(),
                Step.of(operation.proposed()),
                operation.expiresAt(),
                operation.answered().map(Step::of),
                Optional.of(operations.state().holding(act).stream()
                                .map(Proposed::id)
                                .toList())
                        .filter(holds -> mayBeHeld && !holds.isEmpty()),
                operation.ended().map(Step::of),
                operation.deleted());
    }

    private static long before(String cursor) {
        try {
            return cursor.isEmpty() ? Long.MAX_VALUE : Long.parseLong(cursor);
        } catch (NumberFormatException none) {
            throw malformed("'cursor' is the 'next' of another page.");
        }
    }

    private static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail);
    }
}
