package dev.writ.gateway.retention;

import dev.writ.audit.AuditReader;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.RowChange;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.StartNotes;
import dev.writ.gateway.task.Next;
import dev.writ.gateway.task.TaskHandler;
import dev.writ.gateway.task.Tasks;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Lets what tools answered expire, in the name of Writ itself: that it is not kept for ever is settled by the configuration. */
@ApplicationScoped
class ResultExpiry implements TaskHandler, StartNotes {

    private static final String TASK = "expire-results";

    private final AuditReader reader;
    private final Timeline timeline;
    private final Journal journal;
    private final RetentionConfig config;

    ResultExpiry(AuditReader reader, Timeline timeline, Journal journal, RetentionConfig config) {
        this.reader = reader;
        this.timeline = timeline;
        this.journal = journal;
        this.config = config;
    }

    @Override
    public String task() {
        return TASK;
    }

    /** There is one such task, and it comes again; whoever starts makes sure that it is there. */
    @Override
    public List<RowChange> rows(Instant now) {
        return List.of(Tasks.at(TASK, "all", now));
    }

    @Override
    public Map<String, JsonValue> at(long size) {
        return Map.of();
    }

    @Override
    public Uni<Next> run(String instance) {
        Instant now = journal.now();
        Instant time = now.minus(config.results().retention());
        return expiredBelow()
                // What was expired already was older then than what is asked for now.
                .chain(expired -> timeline.firstSince(time, expired, Long.MAX_VALUE)
                        .chain(below -> below > expired
                                ? expire(below)
                                : Uni.createFrom().voidItem()))
                .replaceWith(() -> Next.again(now.plus(config.results().expireEvery())));
    }

    private Uni<Void> expire(long below) {
        Instant at = journal.now();
        return journal.record(
                        Actor.WRIT,
                        OperationEntries.resultsExpired(below, at),
                        List.of(Tasks.ofEntry(FourEyes.CARRY_OUT, at)))
                .replaceWithVoid();
    }

    private Uni<Long> expiredBelow() {
        EntryQuery newest = new EntryQuery(
                Map.of(),
                Set.of(OperationEntries.RESULTS_EXPIRED),
                0,
                Long.MAX_VALUE,
                Optional.empty(),
                Optional.empty(),
                true,
                1,
                false);
        return reader.find(newest)
                .map(found ->
                        found.stream().findFirst().map(OperationEntries::below).orElse(0L));
    }
}
