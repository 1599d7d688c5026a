package dev.writ.gateway.auditing;

import dev.writ.audit.Entry;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonObject;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Records what was refused: the first of a kind at once, its repeats every few seconds as one entry with their number. So a caller
 * who sends rubbish is seen, and cannot fill the log with it.
 *
 * <p>Memory is bounded; nobody waits. What cannot be recorded now is added to the next entry, which may count it twice if the log
 * did not say whether it had recorded it.
 */
@ApplicationScoped
public class RejectedInputs {

    static final String KIND = "REJECTED_INPUT";

    private static final Logger LOG = Logger.getLogger(RejectedInputs.class);

    private final Journal journal;
    private final RejectedInputsConfig config;

    /** What was refused since the last flush, and how often that is not recorded yet. */
    private final Map<Rejection, Long> repeats = new ConcurrentHashMap<>();

    RejectedInputs(Journal journal, RejectedInputsConfig config) {
        this.journal = journal;
        this.config = config;
    }

    void start(@Observes StartupEvent started, Vertx vertx) {
        vertx.setPeriodic(config.every().toMillis(), timer -> flush());
    }

    /** Early, while the log still takes drafts. */
    void stop(@Observes @Priority(1) ShutdownEvent stopping) {
        flush();
    }

    /**
     * Records what was refused in another way than as an answer of Writ's own HTTP: a part of a request, or over another protocol.
     *
     * @param who a principal's name; empty if nobody can tell
     * @param where in words of Writ's own: what was sent in its place may be anything
     */
    public void add(Optional<String> who, ProblemType problem, String where) {
        // A denied call has an entry of its own, and a fault of the gateway is not the caller's.
        if (problem.status() < 500 && problem != ProblemType.DENIED) {
            add(new Rejection(who.orElse(Rejection.ANONYMOUS), problem.slug(), where));
        }
    }

    void add(Rejection rejection) {
        Rejection kind =
                repeats.size() < config.distinct() || repeats.containsKey(rejection) ? rejection : Rejection.OTHER;
        boolean repeated = repeats.merge(kind, 0L, (count, zero) -> count + 1) > 0;
        if (!repeated) {
            append(kind, 1);
        }
    }

    void flush() {
        for (Rejection kind : Set.copyOf(repeats.keySet())) {
            Long count = repeats.remove(kind);
            if (count != null && count > 0) {
                append(kind, count);
            }
        }
    }

    private void append(Rejection kind, long count) {
        record(kind, count).subscribe().with(recorded -> {}, failure -> {
            repeats.merge(kind, count, Long::sum);
            LOG.debugf(failure, "a refusal could not be recorded yet problem=%s", kind.problem());
        });
    }

    private Uni<?> record(Rejection kind, long count) {
        Entry entry = new Entry(
                KIND,
                journal.now(),
                List.of(),
                Set.of(),
                Map.of(),
                JsonObject.builder()
                        .put("problem", kind.problem())
                        .put("where", kind.where())
                        .put("count", count)
                        .build(),
                "writ",
                List.of());
        return journal.record(new Actor(kind.who(), ""), entry, List.of());
    }
}
