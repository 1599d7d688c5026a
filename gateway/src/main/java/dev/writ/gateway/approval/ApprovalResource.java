package dev.writ.gateway.approval;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.gateway.wire.RequestFields;
import dev.writ.model.CallId;
import dev.writ.model.JsonObject;
import dev.writ.model.Role;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where people see the calls that wait for them, and decide. */
@Path("/v1/approvals")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Approvals")
class ApprovalResource {

    private final Approvals approvals;
    private final Callers callers;
    private final Attention attention;
    private final BreakGlass breakGlass;
    private final Journal journal;

    ApprovalResource(
            Approvals approvals, Callers callers, Attention attention, BreakGlass breakGlass, Journal journal) {
        this.approvals = approvals;
        this.callers = callers;
        this.attention = attention;
        this.breakGlass = breakGlass;
        this.journal = journal;
    }

    /**
     * @param then groups that are asked too as time passes
     * @param granted how many have approved so far
     * @param expiresAt from then on nobody can
     * @param signed whether each approval has to be signed with a passkey
     */
    record Required(
            String rule,
            String reason,
            String group,
            List<Next> then,
            int approvals,
            int granted,
            Instant expiresAt,
            boolean signed) {

        static List<Required> of(Approval approval) {
            return approval.escalation().asks().stream()
                    .map(ask -> new Required(
                            ask.rule(),
                            ask.reason(),
                            ask.requirement().group(),
                            ask.requirement().ladder().stream()
                                    .map(rung -> new Next(
                                            rung.group(),
                                            approval.escalation().openedAt().plus(rung.after())))
                                    .toList(),
                            ask.requirement().approvals(),
                            approval.granted(ask),
                            ask.expiresAt(),
                            ask.requirement().signed()))
                    .toList();
        }
    }

    /** @param from which on its members may answer */
    record Next(String group, Instant from) {}

    /**
     * @param id of the call
     * @param state {@code open}, {@code approved}, {@code refused}, {@code expired} or {@code withdrawn}
     * @param warnings what whoever has just approved should know about it; absent if there is nothing
     */
    record Item(
            String id,
            String state,
            String agent,
            String tool,
            Instant openedAt,
            Instant expiresAt,
            List<Required> requirements,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> warnings) {

        static Item of(Approval approval) {
            Escalation escalation = approval.escalation();
            return new Item(
                    approval.call().toString(),
                    approval.state().text(),
                    escalation.agent(),
                    escalation.tool().value(),
                    escalation.openedAt(),
                    escalation.expiresAt(),
                    Required.of(approval),
                    List.of());
        }

        Item warned(List<String> told) {
            return new Item(id, state, agent, tool, openedAt, expiresAt, requirements, told);
        }
    }

    /**
     * @param standsFor who lent them the right to; absent if it is their own
     * @param confirmed whether the approver said which view was seen
     * @param viewed index of the entry that says that they looked at it, if they did through Writ
     * @param afterMillis how long after that they approved
     * @param brokeGlass index of the entry that says that they did not wait for whoever is asked; absent if they are asked
     * @param passkey id of the passkey it is signed with; absent if it is not signed
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Granted(
            String approver,
            Set<String> groups,
            Set<String> standsFor,
            Optional<String> reason,
            boolean confirmed,
            Optional<Long> viewed,
            Optional<Long> afterMillis,
            Optional<Long> brokeGlass,
            Optional<String> passkey,
            Instant at) {

        static Granted of(Given given) {
            return new Granted(
                    given.approver(),
                    given.voices().stream().map(Voice::group).collect(Collectors.toSet()),
                    given.voices().stream()
                            .flatMap(voice -> voice.lent().stream())
                            .map(Voice.Lent::lender)
                            .collect(Collectors.toSet()),
                    given.reason(),
                    given.confirmed(),
                    given.viewed(),
                    given.after().map(Duration::toMillis),
                    given.brokeGlass(),
                    given.passkey(),
                    given.at());
        }
    }

    /** @param by the principal; {@code writ} if its time ran out */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Ended(String by, Optional<String> reason, Instant at) {

        static Ended of(Ending ending) {
            return new Ended(ending.by(), ending.reason(), ending.at());
        }
    }

    /**
     * @param view everything that is to be approved, complete; absent once it was erased
     * @param viewDigest to be sent with the approval, to say what was seen
     * @param viewed index of the entry that says that whoever asks looked at this view; absent if there is none
     * @param ended absent while it is open
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Shown(
            String id,
            String state,
            String agent,
            String tool,
            Instant openedAt,
            Instant expiresAt,
            List<Required> requirements,
            Optional<JsonObject> view,
            String viewDigest,
            Optional<Long> viewed,
            List<Granted> grants,
            Optional<Ended> ended) {

        static Shown of(Approval approval, Approver reader) {
            Item item = Item.of(approval);
            return new Shown(
                    item.id(),
                    item.state(),
                    item.agent(),
                    item.tool(),
                    item.openedAt(),
                    item.expiresAt(),
                    item.requirements(),
                    Optional.of(approval.escalation().view())
                            .filter(view -> !view.members().isEmpty()),
                    approval.viewDigest(),
                    approval.viewedBy(reader.name()).map(Viewed::index),
                    approval.given().stream().map(Granted::of).toList(),
                    approval.ending().map(Ended::of));
        }
    }

    /**
     * @param reason why, in 1 to 1,000 characters
     * @param view the {@code viewDigest} of what was seen
     * @param assertion what {@code navigator.credentials.get} answered, as its {@code toJSON} writes it
     * @param statement that it signs, as {@code GET /v1/approvals/{id}/challenge} answered it
     */
    record Approving(
            @Nullable String reason,
            @Nullable String view,
            @Nullable JsonObject assertion,
            @Nullable JsonObject statement) {}

    /** @param reason why, in 1 to 1,000 characters; the agent is shown it */
    record Refusing(@Nullable String reason) {}

    @GET
    @RolesAllowed({"approver", "auditor", "operator"})
    @Operation(summary = "Calls that wait for approval, newest first; approvers see those of their groups")
    @APIResponse(responseCode = "200", description = "One page; those that are open, unless state asks for others")
    public Uni<Page<Item>> list(
            @QueryParam("group") @Nullable String group,
            @QueryParam("state") @Nullable String state,
            @QueryParam("agent") @Nullable String agent,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        requireCursor(page);
        Filter filter = new Filter(state(state), name("agent", agent), groups(name("group", group)));
        return approvals
                .list(filter, page)
                .map(found -> new Page<>(found.items().stream().map(Item::of).toList(), found.next()));
    }

    @GET
    @Path("{id}")
    @RolesAllowed({"approver", "auditor", "operator"})
    @Operation(summary = "A call that waits for approval, with everything that its approvers have to know")
    @APIResponse(responseCode = "200", description = "What is asked, who has approved, and how it ended")
    @APIResponse(responseCode = "404", description = "No call of this id ever waited, or for none of your groups")
    public Uni<Shown> find(@PathParam("id") String id) {
        Optional<Set<String>> seen = seen();
        Approver reader = callers.approver();
        return approvals
                .find(RequestFields.waitingCall(id))
                .map(found -> found.filter(approval -> seen.map(groups -> approvals.isAsked(approval, groups)
                                        || breakGlass.isOpenTo(reader, approval, journal.now()))
                                .orElse(true))
                        .map(approval -> Shown.of(approval, reader))
                        .orElseThrow(RequestFields::noneWaits));
    }

    @POST
    @Path("{id}/approve")
    @RolesAllowed("approver")
    @Operation(summary = "Approve a call, for all of your groups that are asked")
    @APIResponse(responseCode = "200", description = "Recorded; once nothing more is asked, the call is decided again")
    @APIResponse(
            responseCode = "403",
            description =
                    "You are in none of the groups that are asked by now, or have a stake in the call: requester, owner, person, author")
    @APIResponse(responseCode = "404", description = "No call of this id ever waited")
    @APIResponse(
            responseCode = "409",
            description =
                    "It has ended or expired, you have approved it already, or 'view' is of something else; or what"
                            + " was signed is not so any more")
    @APIResponse(responseCode = "422", description = "A rule asks for a signature, and there is none")
    @APIResponse(
            responseCode = "429",
            description = "You approved several calls in a row faster than they can be read; wait, or refuse")
    public Uni<Item> approve(@PathParam("id") String id, Approving approving) {
        CallId call = RequestFields.waitingCall(id);
        Approver by = callers.approver();
        String reason = RequestFields.reason(approving.reason());
        Optional<Signature> signature = Signature.of(approving.assertion(), approving.statement());
        return attention
                .before(by)
                .chain(() -> approvals.approve(call, by, reason, Optional.ofNullable(approving.view()), signature))
                .chain(approval -> attention.after(call, by).map(Item.of(approval)::warned));
    }

    @POST
    @Path("{id}/refuse")
    @RolesAllowed("approver")
    @Operation(
            summary = "Refuse a call, which ends it; the agent is shown the reason",
            description =
                    "The reason is shown to the agent that submitted the call, and so to its model. Write it for them.")
    @APIResponse(responseCode = "200", description = "Recorded; the call will not run")
    @APIResponse(
            responseCode = "403",
            description =
                    "You are in none of the groups that are asked by now, or have a stake in the call: requester, owner, person, author")
    @APIResponse(responseCode = "404", description = "No call of this id ever waited")
    @APIResponse(responseCode = "409", description = "It has ended or expired")
    public Uni<Item> refuse(@PathParam("id") String id, Refusing refusing) {
        return approvals
                .refuse(RequestFields.waitingCall(id), callers.approver(), RequestFields.reason(refusing.reason()))
                .map(Item::of);
    }

    /** The groups whose escalations the caller sees; empty for whoever sees all. */
    private Optional<Set<String>> seen() {
        Approver caller = callers.approver();
        boolean seesAll =
                caller.principal().has(Role.AUDITOR) || caller.principal().has(Role.OPERATOR);
        return seesAll ? Optional.empty() : Optional.of(approvals.groups(caller));
    }

    private Optional<Set<String>> groups(Optional<String> asked) {
        Optional<Set<String>> seen = seen();
        return asked.<Optional<Set<String>>>map(group -> Optional.of(
                        seen.filter(groups -> !groups.contains(group)).isPresent() ? Set.of() : Set.of(group)))
                .orElse(seen);
    }

    private static Optional<String> name(String parameter, @Nullable String text) {
        if (text != null && text.chars().anyMatch(Character::isISOControl)) {
            throw malformed("'" + parameter + "' is a name.");
        }
        return Optional.ofNullable(text);
    }

    private static Approval.State state(@Nullable String text) {
        return text == null
                ? Approval.State.OPEN
                : Approval.State.parse(text)
                        .orElseThrow(() -> malformed("'state' is open, approved, refused, expired or withdrawn."));
    }

    private static void requireCursor(Page.Request page) {
        try {
            if (!page.after().isEmpty()) {
                CallId.parse(page.after());
            }
        } catch (IllegalArgumentException none) {
            throw malformed("'cursor' is the 'next' of another page.");
        }
    }

    static Problem malformed(String detail) {
        return new Problem(ProblemType.MALFORMED, detail);
    }
}
