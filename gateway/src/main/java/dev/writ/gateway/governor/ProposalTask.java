package dev.writ.gateway.governor;

import dev.writ.audit.RowChange;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.StartNotes;
import dev.writ.gateway.task.Next;
import dev.writ.gateway.task.TaskHandler;
import dev.writ.gateway.task.Tasks;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Looks for proposals once in a while, and when somebody asks; on one replica at a time. */
@ApplicationScoped
class ProposalTask implements TaskHandler, StartNotes {

    static final String TASK = "propose-rules";

    private static final String ALWAYS = "all";

    private final Proposing proposing;
    private final Journal journal;
    private final GovernorConfig config;

    ProposalTask(Proposing proposing, Journal journal, GovernorConfig config) {
        this.proposing = proposing;
        this.journal = journal;
        this.config = config;
    }

    @Override
    public String task() {
        return TASK;
    }

    @Override
    public List<RowChange> rows(Instant now) {
        return List.of(Tasks.at(TASK, ALWAYS, now.plus(config.every())));
    }

    @Override
    public Map<String, JsonValue> at(long size) {
        return Map.of();
    }

    /** A replay reads all of its time. Run twice it would propose the same, which is one proposal. */
    @Override
    public Duration patience() {
        return Duration.ofMinutes(30);
    }

    @Override
    public Uni<Next> run(String instance) {
        return proposing
                .look()
                .replaceWith(
                        () -> instance.equals(ALWAYS) ? Next.again(journal.now().plus(config.every())) : Next.done());
    }
}
