package dev.writ.gateway.auditing;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Recorded;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The log, for auditors. */
@Path("/v1/audit/entries")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("auditor")
@Tag(name = "Audit")
class EntryResource {

    private static final int MAX_LIMIT = 1_000;
    private static final Set<String> PARAMETERS = Set.of(
            "agent",
            "onBehalfOf",
            "tool",
            "verdict",
            "kind",
            "rule",
            "session",
            "call",
            "bundle",
            "from",
            "to",
            "order",
            "limit",
            "cursor");
    private static final Pattern KIND = Pattern.compile("[A-Z][A-Z_]{0,63}");

    private final AuditReader reader;
    private final Pseudonyms pseudonyms;

    EntryResource(AuditReader reader, Pseudonyms pseudonyms) {
        this.reader = reader;
        this.pseudonyms = pseudonyms;
    }

    /** The query parameters; each narrows the listing. */
    static final class Filter {
        @QueryParam("agent")
        @Nullable
        String agent;

        @QueryParam("onBehalfOf")
        @Nullable
        String onBehalfOf;

        @QueryParam("tool")
        @Nullable
        String tool;

        @QueryParam("verdict")
        @Nullable
        String verdict;

        @QueryParam("kind")
        @Nullable
        String kind;

        @QueryParam("rule")
        @Nullable
        String rule;

        @QueryParam("session")
        @Nullable
        String session;

        @QueryParam("call")
        @Nullable
        String call;

        @QueryParam("bundle")
        @Nullable
        String bundle;

        @QueryParam("from")
        @Nullable
        String from;

        @QueryParam("to")
        @Nullable
        String to;

        @QueryParam("order")
        @Nullable
        String order;

        @QueryParam("limit")
        @Nullable
        Integer limit;

        @QueryParam("cursor")
        @Nullable
        String cursor;
    }

    /**
     * @param leafHash of RFC 6962
     * @param columns what it can be filtered by
     */
    record Item(
            long index,
            String leafHash,
            String kind,
            String at,
            List<String> keys,
            Map<String, String> columns,
            JsonObject body) {

        static Item of(Recorded recorded) {
            Map<String, String> columns = new TreeMap<>();
            recorded.entry().columns().forEach((column, value) -> columns.put(column.text(), value));
            return new Item(
                    recorded.index(),
                    recorded.leafHash().value(),
                    recorded.entry().kind(),
                    recorded.entry().at().toString(),
                    recorded.entry().keys(),
                    columns,
                    recorded.entry().body());
        }
    }

    /**
     * @param asOf size of the log that the listing is of
     * @param next cursor of the next page; absent on the last one
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Page(List<Item> entries, long asOf, Optional<String> next) {}

    @GET
    @Operation(summary = "Entries of the log, by index, newest first unless order=asc")
    @APIResponse(responseCode = "200", description = "One page")
    @APIResponse(responseCode = "400", description = "A parameter is unknown or malformed")
    public Uni<Page> list(@BeanParam Filter filter, @Context UriInfo uri) {
        uri.getQueryParameters().keySet().stream()
                .filter(name -> !PARAMETERS.contains(name))
                .findFirst()
                .ifPresent(unknown -> {
                    throw new Problem(
                            ProblemType.MALFORMED,
                            "There is a parameter that is not known. Known ones: "
                                    + String.join(", ", new TreeSet<>(PARAMETERS)) + ".");
                });
        boolean newestFirst = newestFirst(filter.order);
        int limit = limit(filter.limit);
        return reader.checkpoint().chain(head -> {
            Optional<Cursor> cursor = Optional.ofNullable(filter.cursor).map(Cursor::parse);
            long asOf = cursor.map(Cursor::asOf).orElse(head.size());
            if (asOf > head.size()) {
                throw new Problem(ProblemType.MALFORMED, "'cursor' is of a log that is larger than this one.");
            }
            long from = newestFirst ? 0 : cursor.map(Cursor::next).orElse(0L);
            long to = newestFirst ? cursor.map(Cursor::next).orElse(asOf) : asOf;
            // One more than asked for tells whether there is a next page.
            EntryQuery query = new EntryQuery(
                    columns(filter),
                    kinds(filter.kind),
                    Math.min(from, to),
                    to,
                    time("from", filter.from),
                    time("to", filter.to),
                    newestFirst,
                    limit + 1,
                    false);
            return reader.find(query).map(found -> page(found, limit, asOf, newestFirst));
        });
    }

    @GET
    @Path("{index}")
    @Operation(summary = "One entry")
    @APIResponse(responseCode = "200", description = "The entry")
    @APIResponse(responseCode = "404", description = "The log has no such entry yet")
    public Uni<Item> one(@PathParam("index") String index) {
        return reader.at(number("index", index))
                .map(found -> found.map(Item::of)
                        .orElseThrow(
                                () -> new Problem(ProblemType.NOT_FOUND, "The log has no entry with this index.")));
    }

    @GET
    @Path("{index}/proof")
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(summary = "Proof that the entry is in the log, as c2sp.org/tlog-proof")
    @APIResponse(responseCode = "200", description = "The proof, with the checkpoint it leads to")
    @APIResponse(responseCode = "404", description = "The log has no such entry yet")
    public Uni<String> proof(@PathParam("index") String index) {
        long wanted = number("index", index);
        return reader.checkpoint().chain(head -> {
            if (wanted >= head.size()) {
                throw new Problem(ProblemType.NOT_FOUND, "The log has no entry with this index.");
            }
            return reader.proof(wanted, head.size());
        });
    }

    private static Page page(List<Recorded> found, int limit, long asOf, boolean newestFirst) {
        List<Recorded> shown = found.size() > limit ? found.subList(0, limit) : found;
        Optional<String> next = found.size() > limit
                ? Optional.of(new Cursor(asOf, shown.get(limit - 1).index() + (newestFirst ? 0 : 1)).text())
                : Optional.empty();
        return new Page(shown.stream().map(Item::of).toList(), asOf, next);
    }

    private Map<Column, String> columns(Filter filter) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        put(columns, Column.AGENT, filter.agent);
        put(columns, Column.SUBJECT, filter.onBehalfOf == null ? null : pseudonyms.of(filter.onBehalfOf));
        put(columns, Column.TOOL, filter.tool);
        put(columns, Column.VERDICT, filter.verdict);
        put(columns, Column.RULE, filter.rule);
        put(columns, Column.SESSION, filter.session);
        put(columns, Column.CALL, filter.call);
        put(columns, Column.BUNDLE, filter.bundle);
        return columns;
    }

    private static void put(Map<Column, String> columns, Column column, @Nullable String value) {
        if (value == null) {
            return;
        }
        if (value.isEmpty() || value.length() > 500 || value.indexOf('\0') >= 0) {
            throw new Problem(ProblemType.MALFORMED, "The filter by " + column.text() + " is empty or too long.");
        }
        columns.put(column, value);
    }

    private static Set<String> kinds(@Nullable String kinds) {
        if (kinds == null) {
            return Set.of();
        }
        Set<String> parsed = Set.of(kinds.split(",", -1));
        if (!parsed.stream().allMatch(kind -> KIND.matcher(kind).matches())) {
            throw new Problem(
                    ProblemType.MALFORMED, "'kind' is one or more kinds such as DECIDED, separated by commas.");
        }
        return parsed;
    }

    private static Optional<Instant> time(String name, @Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException malformed) {
            throw new Problem(ProblemType.MALFORMED, "'" + name + "' is a time such as 2026-01-02T03:04:05Z.");
        }
    }

    private static boolean newestFirst(@Nullable String order) {
        if (order == null || order.equals("desc")) {
            return true;
        }
        if (order.equals("asc")) {
            return false;
        }
        throw new Problem(ProblemType.MALFORMED, "'order' is asc or desc.");
    }

    private static int limit(@Nullable Integer limit) {
        int value = limit == null ? 100 : limit;
        if (value < 1 || value > MAX_LIMIT) {
            throw new Problem(ProblemType.MALFORMED, "'limit' is 1 to " + MAX_LIMIT + ".");
        }
        return value;
    }

    private static long number(String name, String text) {
        if (!text.matches("\\d{1,18}")) {
            throw new Problem(ProblemType.MALFORMED, "'" + name + "' is a number from 0.");
        }
        return Long.parseLong(text);
    }
}
