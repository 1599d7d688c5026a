package dev.writ.gateway.auditing;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Leaf;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Recorded;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Shows entries to whoever may see them, over REST and in the console, and records that first. */
@ApplicationScoped
public class Entries {

    /** Names of what a listing can be asked with. */
    public static final Set<String> PARAMETERS = ListFilter.PARAMETERS;

    private static final int LARGEST_PAGE = 1_000;

    private final AuditReader reader;
    private final Pseudonyms pseudonyms;
    private final Listing listing;
    private final Reads reads;
    private final Witnessing witnessing;

    Entries(AuditReader reader, Pseudonyms pseudonyms, Listing listing, Reads reads, Witnessing witnessing) {
        this.reader = reader;
        this.pseudonyms = pseudonyms;
        this.listing = listing;
        this.reads = reads;
        this.witnessing = witnessing;
    }

    /**
     * A page of a listing.
     *
     * @param entries without inputs
     * @param asOf size of the log that the listing is of
     * @param next cursor of the next page; absent on the last one
     * @param scannedTo only of a search for a text: all entries from here on were looked at, or, oldest first, all below
     */
    public record Page(List<Recorded> entries, long asOf, Optional<String> next, Optional<Long> scannedTo) {

        public Page {
            entries = List.copyOf(entries);
        }
    }

    /**
     * One entry.
     *
     * @param values of its inputs, if they were asked for; what was erased is empty
     */
    public record One(long index, Leaf leaf, Optional<Map<String, Optional<JsonValue>>> values) {}

    /**
     * Lists entries. The page is recorded in the log as AUDIT_READ before it is shown.
     *
     * @param parameters by the names of {@link #PARAMETERS}, as {@code GET /v1/audit/entries} takes them
     * @return fails with a {@link Problem} if one is malformed, or the read could not be recorded
     */
    public Uni<Page> list(Actor by, Map<String, String> parameters) {
        return list(by, ListFilter.of(parameters));
    }

    Uni<Page> list(Actor by, ListFilter filter) {
        Selection selection = filter.selection(pseudonyms).containing(SearchedText.parse(filter.q));
        boolean newestFirst = QueryParameters.oneOf("order", filter.order, List.of("asc", "desc"))
                .map("desc"::equals)
                .orElse(true);
        int limit = QueryParameters.number("limit", filter.limit, 1, LARGEST_PAGE)
                .map(Math::toIntExact)
                .orElse(100);
        return reader.checkpoint()
                .chain(head -> listing.page(start(filter, selection, newestFirst, head.size()), limit))
                .call(found -> reads.record(by, "entries", found.json(limit, pseudonyms)))
                .map(Entries::page);
    }

    private static Listing.Start start(ListFilter filter, Selection selection, boolean newestFirst, long head) {
        Listing.Start first = new Listing.Start(selection, newestFirst, filter.asOf(head));
        Optional<Cursor> cursor = Cursor.parse(filter.cursor, first.id(), head);
        if (filter.asOf != null
                && cursor.filter(one -> one.asOf() != first.asOf()).isPresent()) {
            throw QueryParameters.malformed(
                    "'cursor' is of another 'asOf'. Leave 'asOf' out, or start without a cursor.");
        }
        return cursor.map(first::at).orElse(first);
    }

    private static Page page(Listing.Found found) {
        return new Page(found.entries(), found.start().asOf(), found.next().map(Cursor::text), found.scannedTo());
    }

    /**
     * One entry, complete. It is recorded in the log as AUDIT_READ before it is shown.
     *
     * @return fails with a {@link Problem} if there is none, it was deleted, or the read could not be recorded
     */
    public Uni<One> one(Actor by, long index, boolean withValues) {
        return reader.leaf(index)
                .chain(found -> found.map(leaf -> withValues
                                ? values(index, leaf).map(values -> new One(index, leaf, Optional.of(values)))
                                : Uni.createFrom().item(new One(index, leaf, Optional.empty())))
                        .orElseGet(() -> missing(index)))
                .call(shown -> reads.record(
                        by,
                        "entry",
                        JsonObject.builder()
                                .put("index", index)
                                .put("inputs", withValues)
                                .build()));
    }

    private Uni<Map<String, Optional<JsonValue>>> values(long index, Leaf leaf) {
        return reader.at(index).map(found -> {
            Map<String, Optional<JsonValue>> values = new TreeMap<>();
            leaf.commitments()
                    .keySet()
                    .forEach(name -> values.put(
                            name, found.flatMap(recorded -> recorded.entry().input(name))));
            return values;
        });
    }

    private <T> Uni<T> missing(long index) {
        return reader.checkpoint().map(head -> {
            throw index < head.size()
                    ? new Problem(
                            ProblemType.GONE,
                            "This entry was deleted when its time was over. Its hash is kept, and proofs that need it verify.")
                    : beyond(head.size());
        });
    }

    /** Proves that the entry is in the newest witnessed tree that holds it, or else in the newest. */
    public Uni<String> proof(long index) {
        return proof(index, Optional.empty());
    }

    /**
     * Proves that the entry is in the log. That is not recorded: a proof says nothing of what an entry says.
     *
     * @param size of the tree, in decimal
     * @return a c2sp.org/tlog-proof; fails with a {@link Problem} if there is no such entry or size
     */
    Uni<String> proof(long index, Optional<String> size) {
        return reader.checkpoint().chain(head -> {
            if (index >= head.size()) {
                throw beyond(head.size());
            }
            return reader.proof(
                    index,
                    size.flatMap(asked -> QueryParameters.number("size", asked, index + 1, head.size()))
                            .orElseGet(() -> witnessing.provableIn(index, head)));
        });
    }

    private static Problem beyond(long size) {
        return new Problem(
                ProblemType.NOT_FOUND, "The log has no entry with this index yet. Its indices are below " + size + ".");
    }
}
