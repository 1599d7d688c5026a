package dev.writ.gateway.export;

import dev.writ.audit.Column;
import dev.writ.audit.Recorded;
import dev.writ.model.JsonObject;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * An export that is fetched from the gateway file by file, as its entry says.
 *
 * @param index of the entry that records it
 * @param by who may fetch it
 * @param from first index
 * @param to end of the indices, exclusive
 */
record Download(long index, String by, ExportFormat format, long from, long to) {

    /**
     * One of its files, named as {@code writ audit export} names it.
     *
     * @param from first index
     * @param to end of the indices, exclusive
     */
    record File(String name, long from, long to) {}

    /** What that entry records; empty if it is none of an export that has files here. */
    static Optional<Download> of(Recorded recorded) {
        JsonObject body = recorded.entry().body();
        return Optional.of(body)
                .filter(export -> recorded.entry().kind().equals(Downloads.KIND))
                .flatMap(export -> export.text("format"))
                .map(ExportFormat::parse)
                .filter(format -> format.events().isPresent())
                .map(format -> new Download(
                        recorded.index(),
                        recorded.entry().column(Column.AGENT).orElse(""),
                        format,
                        number(body, "from"),
                        number(body, "to")));
    }

    private static long number(JsonObject body, String name) {
        return body.number(name).map(BigDecimal::longValueExact).orElseThrow();
    }

    EventFormat events() {
        return format.events().orElseThrow();
    }

    /** How many files there are for those indices. */
    static long files(long from, long to) {
        return to <= from ? 0 : (to - 1) / EventExport.CHUNK - from / EventExport.CHUNK + 1;
    }

    List<File> files() {
        long first = from / EventExport.CHUNK;
        return LongStream.range(first, first + files(from, to))
                .mapToObj(chunk -> new File(
                        String.format(Locale.ROOT, "%012d.%s", chunk * EventExport.CHUNK, events().extension()),
                        Math.max(from, chunk * EventExport.CHUNK),
                        Math.min(to, (chunk + 1) * EventExport.CHUNK)))
                .toList();
    }
}
