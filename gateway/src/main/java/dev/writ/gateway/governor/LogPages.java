package dev.writ.gateway.governor;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads entries of a time, newest first, page by page and never more than so many; no call waits for it. */
@ApplicationScoped
class LogPages {

    /** Entries that one question looks at. */
    static final int MOST = 20_000;

    private static final int PAGE = 1_000;

    private final AuditReader reader;

    LogPages(AuditReader reader) {
        this.reader = reader;
    }

    /**
     * The newest entries.
     *
     * @param isCut whether there are older ones
     */
    record Read(List<Recorded> newestFirst, boolean isCut) {
        Read {
            newestFirst = List.copyOf(newestFirst);
        }
    }

    /** Entries of those kinds with those columns, without inputs. */
    Uni<Read> read(Set<String> kinds, Map<Column, String> columns, Optional<Instant> since, Optional<Instant> until) {
        return more(kinds, columns, since, until, Long.MAX_VALUE, new ArrayList<>());
    }

    private Uni<Read> more(
            Set<String> kinds,
            Map<Column, String> columns,
            Optional<Instant> since,
            Optional<Instant> until,
            long below,
            List<Recorded> found) {
        return reader.list(new EntryQuery(columns, kinds, 0, below, since, until, true, PAGE, false))
                .chain(page -> {
                    found.addAll(page);
                    return page.size() < PAGE || found.size() >= MOST
                            ? Uni.createFrom().item(new Read(found, page.size() == PAGE))
                            : more(
                                    kinds,
                                    columns,
                                    since,
                                    until,
                                    page.get(page.size() - 1).index(),
                                    found);
                });
    }
}
