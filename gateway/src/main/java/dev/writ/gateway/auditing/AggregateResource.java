package dev.writ.gateway.auditing;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Grouping;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Tally;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Counts of entries, for auditors. */
@Path("/v1/audit/aggregates")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed("auditor")
@Tag(name = "Audit")
public class AggregateResource {

    private static final int MOST_GROUPS = 1_000;
    private static final Duration USUAL = Duration.ofDays(1);
    private static final Set<String> PARAMETERS = EntryFilter.and("by");

    private final AuditReader reader;
    private final Pseudonyms pseudonyms;
    private final Journal journal;
    private final Actors actors;
    private final Reads reads;

    AggregateResource(AuditReader reader, Pseudonyms pseudonyms, Journal journal, Actors actors, Reads reads) {
        this.reader = reader;
        this.pseudonyms = pseudonyms;
        this.journal = journal;
        this.actors = actors;
        this.reads = reads;
    }

    /** The query parameters. */
    static final class Filter extends EntryFilter {
        @QueryParam("by")
        @Nullable
        String by;
    }

    /**
     * Entries that have something in common.
     *
     * @param group what that is; without what they have not at all
     */
    public record Group(Map<String, String> group, long entries) {

        static Group of(Tally tally) {
            Map<String, String> group = new TreeMap<>();
            tally.group().forEach((grouping, value) -> group.put(grouping.text(), value));
            return new Group(group, tally.entries());
        }
    }

    /**
     * What was counted.
     *
     * @param asOf size of the log that was counted
     * @param from earliest time, inclusive
     * @param to latest time, exclusive
     * @param groups the largest first
     * @param cut whether there are more groups, all of them at most as large as the last one shown
     */
    public record Counted(long asOf, Instant from, Instant to, List<String> by, List<Group> groups, boolean cut) {}

    @GET
    @Operation(
            summary = "How many entries there are, by verdict, rule, agent, tool, kind, hour or day, or two of them",
            description =
                    "Of the last 24 hours, unless 'from' and 'to' say otherwise. Counted from the copies that find entries,"
                            + " which verification compares with the leaves; what must be proved is to be counted from leaves.")
    @APIResponse(responseCode = "200", description = "The 1,000 largest groups")
    @APIResponse(responseCode = "400", description = "A parameter is unknown, malformed, missing or given twice")
    @APIResponse(responseCode = "422", description = "It would take too long: ask for less")
    @APIResponse(responseCode = "503", description = "The read could not be recorded")
    public Uni<Counted> count(@BeanParam Filter filter, @Context UriInfo uri) {
        QueryParameters.require(uri, PARAMETERS);
        Actor actor = actors.caller();
        List<Grouping> by = by(filter.by);
        Selection asked = filter.selection(pseudonyms);
        Instant to = asked.until()
                .orElseGet(() -> asked.since()
                        .filter(since -> since.isAfter(journal.now()))
                        .orElseGet(journal::now));
        Selection selection = asked.between(asked.since().orElse(to.minus(USUAL)), to);
        return reader.checkpoint().chain(head -> {
            long asOf = filter.asOf(head.size());
            return reader.count(selection.within(0, asOf, true, 1), by, MOST_GROUPS + 1)
                    .map(tallies -> counted(tallies, selection, by, asOf))
                    .call(counted -> reads.record(actor, "aggregates", json(counted, selection)));
        });
    }

    private static Counted counted(List<Tally> tallies, Selection selection, List<Grouping> by, long asOf) {
        return new Counted(
                asOf,
                selection.since().orElseThrow(),
                selection.until().orElseThrow(),
                by.stream().map(Grouping::text).toList(),
                tallies.stream().limit(MOST_GROUPS).map(Group::of).toList(),
                tallies.size() > MOST_GROUPS);
    }

    private JsonObject json(Counted counted, Selection selection) {
        return JsonObject.builder()
                .put("filter", selection.json(pseudonyms))
                .put("by", JsonArray.ofTexts(counted.by()))
                .put("asOf", counted.asOf())
                .put("shown", counted.groups().size())
                .build();
    }

    private static List<Grouping> by(@Nullable String text) {
        List<Optional<Grouping>> parsed = Stream.of((text == null ? "" : text).split(",", -1))
                .map(Grouping::parse)
                .toList();
        if (parsed.size() > 2
                || parsed.stream().anyMatch(Optional::isEmpty)
                || parsed.stream().distinct().count() < parsed.size()) {
            throw QueryParameters.malformed(
                    "'by' is one or two of verdict, rule, agent, tool, kind, hour and day, separated by a comma.");
        }
        return parsed.stream().flatMap(Optional::stream).toList();
    }
}
