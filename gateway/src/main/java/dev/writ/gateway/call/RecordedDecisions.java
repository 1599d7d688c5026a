package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.gateway.catalog.ToolDefinitions;
import dev.writ.model.Scope;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;

/** Reads decisions back from the log, with the facts that they were made from. */
@ApplicationScoped
public class RecordedDecisions {

    private final AuditReader reader;
    private final ToolDefinitions definitions;
    private final Histories histories;
    private final CallConfig config;

    RecordedDecisions(AuditReader reader, ToolDefinitions definitions, Histories histories, CallConfig config) {
        this.reader = reader;
        this.definitions = definitions;
        this.histories = histories;
        this.config = config;
    }

    /**
     * A page of decisions.
     *
     * @param next index to go on from
     */
    public record Page(List<RecordedDecision> decisions, long next) {
        public Page {
            decisions = List.copyOf(decisions);
        }
    }

    /** Whoever asks something about decisions. */
    @FunctionalInterface
    public interface Looking {

        /**
         * Whose earlier calls are looked back at, and so are part of the facts.
         *
         * @param bundles digests of those that decided together, as a page of decisions has them
         */
        Uni<Set<Scope>> back(Set<List<String>> bundles);
    }

    /**
     * Every decision of a range of the log, in its order, page by page; the next page is read when it is asked for.
     *
     * @param from index, inclusive
     * @param to index, exclusive, at most the size of the log
     */
    public Multi<Page> between(long from, long to, Looking looking) {
        return Multi.createFrom().deferred(() -> {
            Timeline timeline = new Timeline(reader, definitions, histories, config, looking, from, to);
            return Multi.createBy()
                    .repeating()
                    .uni(() -> Uni.createFrom().deferred(timeline::next))
                    .whilst(page -> page.next() < to);
        });
    }
}
