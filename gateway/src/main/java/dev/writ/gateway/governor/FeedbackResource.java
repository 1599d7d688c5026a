package dev.writ.gateway.governor;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Receipt;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.Page;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.CallId;
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
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where people say, afterwards, whether a decision was right. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Approvals")
class FeedbackResource {

    private static final int LONGEST_REASON = 1_000;
    private static final String VERDICTS = "'verdict' is right, wrong or too-strict.";

    private final AuditReader reader;
    private final Journal journal;
    private final Callers callers;

    FeedbackResource(AuditReader reader, Journal journal, Callers callers) {
        this.reader = reader;
        this.journal = journal;
        this.callers = callers;
    }

    /**
     * @param verdict {@code right}, {@code wrong} or {@code too-strict}: it should have been allowed, or allowed without people
     * @param reason why, in 1 to 1,000 characters
     */
    record Saying(@Nullable String verdict, @Nullable String reason) {}

    /** @param index of its entry */
    record Said(long index, String call, String verdict) {}

    /**
     * @param call id
     * @param rule that decided; absent if none did
     * @param by who says it
     * @param reason absent once it was erased
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Item(
            long index,
            String call,
            String verdict,
            String by,
            Instant at,
            Optional<String> agent,
            Optional<String> tool,
            Optional<String> rule,
            Optional<String> reason) {

        static Item of(Recorded recorded) {
            return new Item(
                    recorded.index(),
                    recorded.entry().column(Column.CALL).orElse(""),
                    recorded.entry().body().text("verdict").orElse(""),
                    recorded.entry().body().text("actor").orElse(""),
                    recorded.entry().at(),
                    recorded.entry().column(Column.AGENT),
                    recorded.entry().column(Column.TOOL),
                    recorded.entry().column(Column.RULE),
                    FeedbackEntries.reason(recorded));
        }
    }

    @POST
    @Path("tool-calls/{id}/feedback")
    @RolesAllowed({"approver", "reviewer", "auditor"})
    @Operation(
            summary = "Say whether the decision on a call was right",
            description = "One word of each person for each call counts, the last. It changes no decision; proposals of rules go by it.")
    @APIResponse(responseCode = "201", description = "Recorded")
    @APIResponse(responseCode = "400", description = "'verdict' or 'reason' is missing or malformed")
    @APIResponse(responseCode = "403", description = "The key is a program's, or what was recorded of the person was erased")
    @APIResponse(responseCode = "404", description = "There is no such call")
    public Uni<RestResponse<Said>> say(@PathParam("id") String id, Saying saying) {
        Actor actor = Actor.of(callers.principal());
        FeedbackEntries.Verdict verdict = Optional.ofNullable(saying.verdict())
                .flatMap(FeedbackEntries.Verdict::parse)
                .orElseThrow(() -> QueryParameters.malformed(VERDICTS + " Nothing was recorded."));
        String reason = Optional.ofNullable(saying.reason())
                .filter(text -> !text.isBlank() && text.length() <= LONGEST_REASON)
                .orElseThrow(() -> QueryParameters.malformed(
                        "'reason' has 1 to " + LONGEST_REASON + " characters. Nothing was recorded."));
        return reader.ofCall(callId(id), Set.of("DECIDED"))
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

    @GET
    @Path("feedback")
    @RolesAllowed({"reviewer", "auditor", "author", "operator"})
    @Operation(
            summary = "What people say of decisions, newest first",
            description = "What somebody has said differently since is left out, so a page may hold fewer than asked for.")
    @APIResponse(responseCode = "200", description = "One page")
    public Uni<Page<Item>> list(
            @QueryParam("verdict") @Nullable String verdict,
            @QueryParam("rule") @Nullable String rule,
            @QueryParam("tool") @Nullable String tool,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("limit") @Nullable Integer limit) {
        Page.Request page = Page.Request.of(cursor, limit);
        Optional<FeedbackEntries.Verdict> wanted = Optional.ofNullable(verdict)
                .map(text -> FeedbackEntries.Verdict.parse(text)
                        .orElseThrow(() -> QueryParameters.malformed(VERDICTS)));
        Map<Column, String> columns = new EnumMap<>(Column.class);
        QueryParameters.name("rule", rule).ifPresent(name -> columns.put(Column.RULE, name));
        QueryParameters.name("tool", tool).ifPresent(name -> columns.put(Column.TOOL, name));
        return reader.list(new EntryQuery(
                        columns,
                        Set.of(FeedbackEntries.KIND),
                        0,
                        below(page.after()),
                        Optional.empty(),
                        Optional.empty(),
                        true,
                        page.rows(),
                        true))
                .chain(found -> current(found).map(current -> {
                    Page<Recorded> shown = page.of(found, one -> Long.toString(one.index()), one -> one);
                    return new Page<>(
                            shown.items().stream()
                                    .filter(one -> current.contains(one.index()))
                                    .filter(one -> wanted.isEmpty()
                                            || FeedbackEntries.verdict(one).equals(wanted))
                                    .map(Item::of)
                                    .toList(),
                            shown.next());
                }));
    }

    /** The indices of those that nobody has replaced. */
    private Uni<Set<Long>> current(List<Recorded> found) {
        Set<String> calls = found.stream()
                .flatMap(one -> one.entry().column(Column.CALL).stream())
                .collect(Collectors.toSet());
        return calls.isEmpty()
                ? Uni.createFrom().item(Set.of())
                : reader.ofCalls(calls, Set.of(FeedbackEntries.KIND))
                        .map(all -> FeedbackEntries.current(all).stream()
                                .map(Recorded::index)
                                .collect(Collectors.toSet()));
    }

    private static long below(String cursor) {
        if (!cursor.isEmpty() && !cursor.matches("\\d{1,18}")) {
            throw QueryParameters.malformed("'cursor' is the 'next' of another page.");
        }
        return cursor.isEmpty() ? Long.MAX_VALUE : Long.parseLong(cursor);
    }

    private static String callId(String text) {
        try {
            return CallId.parse(text).toString();
        } catch (IllegalArgumentException isNone) {
            throw noCall();
        }
    }

    private static Problem noCall() {
        return new Problem(ProblemType.NOT_FOUND, "There is no call of this id. Nothing was recorded.");
    }
}
