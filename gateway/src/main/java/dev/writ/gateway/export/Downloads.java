package dev.writ.gateway.export;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Receipt;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestMulti;

/**
 * Exports for those who cannot reach the database. The entry that records one is all there is of it: nothing is kept for it, so any
 * replica brings out its files, and what was erased or pruned meanwhile is not in them.
 */
@ApplicationScoped
public class Downloads {

    static final String KIND = "EXPORT";

    /** More is for the command, which goes on where it was interrupted. */
    private static final int MOST_FILES = 64;

    private static final int AT_ONCE = 256;

    private final Journal journal;
    private final AuditReader reader;
    private final Feed feed;

    Downloads(Journal journal, AuditReader reader, Feed feed) {
        this.journal = journal;
        this.reader = reader;
        this.feed = feed;
    }

    /**
     * Records that entries are about to be exported.
     *
     * @param from first index
     * @param to end of the indices, exclusive; without, the size of the newest checkpoint
     * @return fails with a {@link Problem} if that is no range of this log, or too much for downloads
     */
    Uni<Download> begin(Actor by, ExportFormat format, long from, Optional<Long> to) {
        if (format.events().isEmpty()) {
            throw unusable("Tiles are a folder of many files: 'writ audit export' writes them.");
        }
        return reader.checkpoint().chain(head -> {
            long end = to.orElse(head.size());
            if (from > end || end > head.size()) {
                throw unusable("'from' is at most 'to', and 'to' at most " + head.size() + ", the log's size.");
            }
            if (Download.files(from, end) > MOST_FILES) {
                throw unusable("That is more than " + MOST_FILES + " files of " + EventExport.CHUNK
                        + " entries. Ask for less, or use 'writ audit export'.");
            }
            JsonObject body = JsonObject.builder()
                    .put("format", format.text())
                    .put("from", from)
                    .put("to", end)
                    .put("size", head.size())
                    .put("root", head.root().value())
                    .build();
            return journal.record(by, KIND, List.of(), Set.of(), Map.of(), body, List.of(), List.of())
                    .map(receipt -> receipt.fold(created -> created.recorded().index(), Receipt.Existing::index))
                    .map(index -> new Download(index, by.name(), format, from, end));
        });
    }

    /**
     * The response that has one file of an export of theirs. The connection is closed before its end if an entry cannot be read or is
     * not what its hash says: what is cut must not look as if it were whole.
     *
     * @param index of the entry that records it, as it was sent
     * @return fails with a {@link Problem} if there is no such file
     */
    public RestMulti<byte[]> fetched(Actor by, String index, String name, HttpServerRequest request) {
        return RestMulti.fromUniResponse(
                find(by, index(index)),
                download -> content(download, file(download, name))
                        .onFailure()
                        .invoke(() -> request.connection().close()),
                download -> Map.of(
                        "Content-Type",
                        List.of(
                                download.format() == ExportFormat.CSV
                                        ? "text/csv;charset=UTF-8"
                                        : "application/x-ndjson"),
                        "Content-Disposition",
                        List.of("attachment; filename=\"writ-"
                                + file(download, name).name() + "\"")));
    }

    static long index(String text) {
        return QueryParameters.number("index", text, 0, Long.MAX_VALUE).orElseThrow();
    }

    /** The export that this entry records; fails with a {@link Problem} if there is none of theirs. */
    Uni<Download> find(Actor by, long index) {
        return reader.at(index)
                .map(found -> found.flatMap(Download::of)
                        .filter(download -> download.by().equals(by.name()))
                        .orElseThrow(() -> new Problem(
                                ProblemType.NOT_FOUND,
                                "You have recorded no export at this index whose files are here. Start one; whoever fetches"
                                        + " entries is in the log.")));
    }

    /** That file of it. */
    private static Download.File file(Download download, String name) {
        return download.files().stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Problem(ProblemType.NOT_FOUND, "The export has no file of this name."));
    }

    /** What stands in it, in pieces: its header, then entries, whose leaves are hashed again. Fails if one is not what its hash says. */
    private Multi<byte[]> content(Download download, Download.File file) {
        EventFormat format = download.events();
        Multi<String> lines = Multi.createFrom()
                .uni(feed.newest(file.from()))
                .onItem()
                .transformToMultiAndConcatenate(start -> batches(start, file))
                .map(batch -> batch.events().stream()
                        .filter(event -> event.slot().index() < file.to())
                        .flatMap(event -> format.line(event).stream())
                        .collect(Collectors.joining()));
        return Multi.createBy()
                .concatenating()
                .streams(Multi.createFrom().item(format.header()), lines)
                .filter(text -> !text.isEmpty())
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private Multi<Feed.Batch> batches(Feed.Position start, Download.File file) {
        return Multi.createBy()
                .repeating()
                .uni(
                        () -> new Place(start),
                        place -> feed.from(place.at, Set.of(), AT_ONCE).invoke(batch -> place.at = batch.next()))
                .whilst(batch -> batch.next().log() == start.log()
                        && batch.next().next() < file.to()
                        && !batch.events().isEmpty());
    }

    /** Where the next batch begins. */
    private static final class Place {
        private Feed.Position at;

        Place(Feed.Position at) {
            this.at = at;
        }
    }

    private static Problem unusable(String detail) {
        return new Problem(ProblemType.UNPROCESSABLE, detail + " Nothing was recorded.");
    }
}
