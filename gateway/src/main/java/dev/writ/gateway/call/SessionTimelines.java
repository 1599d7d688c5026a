package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Reads;
import dev.writ.gateway.identity.Said;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Shows auditors what was said and called in a session, and records that first. */
@ApplicationScoped
public class SessionTimelines {

    /** Calls that are shown of one session. */
    public static final int MOST_CALLS = 200;

    /** Decisions and words: a call that waits for people has two of the former. */
    private static final int MOST_ENTRIES = 500;

    private static final long MOST_BYTES = 4L << 20;

    private final AuditReader reader;
    private final Reads reads;

    SessionTimelines(AuditReader reader, Reads reads) {
        this.reader = reader;
        this.reads = reads;
    }

    /**
     * A session from its beginning on, its first {@link #MOST_CALLS} calls. It is recorded in the log as AUDIT_READ before it is shown.
     *
     * @return fails with a {@link Problem} if the log says nothing of that session, or the read could not be recorded
     */
    public Uni<SessionTimeline> of(Actor by, String session) {
        String id = QueryParameters.name("session", session).orElseThrow();
        return reader.page(entries(id), Said.INPUTS, MOST_BYTES)
                .chain(page -> timeline(id, page))
                .call(timeline -> reads.record(by, "session", json(timeline)));
    }

    private static EntryQuery entries(String session) {
        Set<String> kinds = new TreeSet<>(Said.KINDS);
        kinds.add(CallEntries.DECIDED);
        return new EntryQuery(
                Map.of(Column.SESSION, session),
                kinds,
                0,
                Long.MAX_VALUE,
                Optional.empty(),
                Optional.empty(),
                false,
                MOST_ENTRIES,
                true);
    }

    private Uni<SessionTimeline> timeline(String session, AuditReader.Page page) {
        Set<String> calls = SessionTimeline.calls(page.entries())
                .limit(MOST_CALLS)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        List<Recorded> shown = shown(page.entries(), calls);
        if (shown.isEmpty()) {
            throw new Problem(
                    ProblemType.NOT_FOUND, "The log says nothing of such a session. It may have been pruned.");
        }
        boolean isAll = page.isLast() && shown.size() == page.entries().size();
        return reader.ofCalls(calls, Set.of()).map(ofCalls -> SessionTimeline.of(session, shown, ofCalls, isAll));
    }

    /** Up to the first call that is too many. */
    private static List<Recorded> shown(List<Recorded> entries, Set<String> calls) {
        return entries.stream()
                .takeWhile(recorded -> !recorded.entry().kind().equals(CallEntries.DECIDED)
                        || recorded.entry()
                                .column(Column.CALL)
                                .filter(calls::contains)
                                .isPresent())
                .toList();
    }

    private static JsonObject json(SessionTimeline timeline) {
        return JsonObject.builder()
                .put("session", timeline.session())
                .put("calls", timeline.calls().size())
                .put("words", timeline.words().size())
                .build();
    }
}
