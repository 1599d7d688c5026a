package dev.writ.gateway.governor;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.gateway.wire.Page;
import dev.writ.gateway.wire.QueryParameters;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
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
import org.jspecify.annotations.Nullable;

/** Where people see what others say of decisions. */
@Path("/v1/feedback")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Approvals")
class FeedbackListResource {

    private final AuditReader reader;

    FeedbackListResource(AuditReader reader) {
        this.reader = reader;
    }

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

    @GET
    @RolesAllowed({"reviewer", "auditor", "author", "operator"})
    @Operation(
            summary = "What people say of decisions, newest first",
            description =
                    "What somebody has said differently since is left out, so a page may hold fewer than asked for.")
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
                        .orElseThrow(() -> QueryParameters.malformed(FeedbackEntries.VERDICTS)));
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
}
