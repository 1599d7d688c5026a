package dev.writ.gateway.auditing;

import dev.writ.audit.AuditReader;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads every control entry of some kinds, so that governed state is folded from the log and rows only add to it. */
@ApplicationScoped
public class ControlEntries {

    private static final int PAGE = 500;

    private final AuditReader reader;

    ControlEntries(AuditReader reader) {
        this.reader = reader;
    }

    /** All entries of those kinds that are durable now, oldest first, with their inputs. */
    public Uni<List<Recorded>> all(Set<String> kinds) {
        return reader.checkpoint().chain(head -> page(kinds, 0, head.size(), new ArrayList<>()));
    }

    private Uni<List<Recorded>> page(Set<String> kinds, long from, long to, List<Recorded> found) {
        EntryQuery query =
                new EntryQuery(Map.of(), kinds, from, to, Optional.empty(), Optional.empty(), false, PAGE, true);
        return reader.find(query).chain(page -> {
            found.addAll(page);
            return page.size() < PAGE
                    ? Uni.createFrom().item(found)
                    : page(kinds, page.get(page.size() - 1).index() + 1, to, found);
        });
    }
}
