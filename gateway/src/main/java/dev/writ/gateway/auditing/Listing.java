package dev.writ.gateway.auditing;

import dev.writ.audit.AuditReader;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Recorded;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;

/** Lists entries page by page, all pages of the log as it was when the first was asked for. */
@ApplicationScoped
class Listing {

    /**
     * Entries that a page of a text search looks at, at most. There is no index on text: it would have to be written under the
     * log's lock, with each entry.
     */
    static final int SCANNED = 10_000;

    private final AuditReader reader;

    Listing(AuditReader reader) {
        this.reader = reader;
    }

    /**
     * Where a page starts.
     *
     * @param next the first index if the oldest come first, otherwise the one after it
     */
    record Start(Selection selection, boolean newestFirst, long asOf, long next) {

        /** The first page. */
        Start(Selection selection, boolean newestFirst, long asOf) {
            this(selection, newestFirst, asOf, newestFirst ? asOf : 0);
        }

        Start at(Cursor cursor) {
            return new Start(selection, newestFirst, cursor.asOf(), cursor.next());
        }

        /** Says which listing this is, of whatever size of the log. */
        String id() {
            return selection.digest().value().substring("sha256:".length(), "sha256:".length() + 15)
                    + (newestFirst ? "d" : "a");
        }

        Optional<Cursor> cursor(long goesOn) {
            return goesOn == (newestFirst ? 0 : asOf) ? Optional.empty() : Optional.of(new Cursor(asOf, goesOn, id()));
        }
    }

    /**
     * A page.
     *
     * @param next absent on the last
     * @param scannedTo of a search: how far it looked
     */
    record Found(Start start, List<Recorded> entries, Optional<Cursor> next, Optional<Long> scannedTo) {

        /** What an entry says of it. */
        JsonObject json(int limit, Pseudonyms pseudonyms) {
            LongSummaryStatistics indices =
                    entries.stream().mapToLong(Recorded::index).summaryStatistics();
            JsonObject.Builder json = JsonObject.builder()
                    .put("filter", start.selection().json(pseudonyms))
                    .put("order", start.newestFirst() ? "desc" : "asc")
                    .put("asOf", start.asOf())
                    .put("limit", limit)
                    .put("shown", indices.getCount());
            if (indices.getCount() > 0) {
                json.put("first", indices.getMin()).put("last", indices.getMax());
            }
            scannedTo.ifPresent(index -> json.put("scannedTo", index));
            return json.build();
        }
    }

    Uni<Found> page(Start start, int limit) {
        return start.selection()
                .text()
                .map(text -> searched(start, text, limit))
                .orElseGet(() -> found(start, limit));
    }

    private Uni<Found> found(Start start, int limit) {
        long from = start.newestFirst() ? 0 : start.next();
        long to = start.newestFirst() ? start.next() : start.asOf();
        // One more than asked for tells whether there is a next page.
        EntryQuery query = start.selection().within(from, to, start.newestFirst(), limit + 1);
        return reader.list(query).map(found -> {
            if (found.size() <= limit) {
                return new Found(start, found, Optional.empty(), Optional.empty());
            }
            List<Recorded> shown = found.subList(0, limit);
            return new Found(start, shown, start.cursor(after(start, shown)), Optional.empty());
        });
    }

    private Uni<Found> searched(Start start, SearchedText text, int limit) {
        long from = start.newestFirst() ? Math.max(0, start.next() - SCANNED) : start.next();
        long to = start.newestFirst() ? start.next() : Math.min(start.asOf(), start.next() + SCANNED);
        EntryQuery query = start.selection().within(from, to, start.newestFirst(), limit);
        return reader.search(query, text.value()).map(candidates -> {
            // Beyond the last candidate of a full page nothing was looked at.
            long scannedTo = candidates.size() == limit ? after(start, candidates) : start.newestFirst() ? from : to;
            List<Recorded> matches = candidates.stream()
                    .filter(candidate -> text.isIn(candidate.entry()))
                    .toList();
            return new Found(start, matches, start.cursor(scannedTo), Optional.of(scannedTo));
        });
    }

    /** Where it goes on after these. */
    private static long after(Start start, List<Recorded> shown) {
        return shown.get(shown.size() - 1).index() + (start.newestFirst() ? 0 : 1);
    }
}
