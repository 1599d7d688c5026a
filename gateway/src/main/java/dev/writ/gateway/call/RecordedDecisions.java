package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.gateway.catalog.ToolDefinitions;
import dev.writ.model.Scope;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
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
     * Every decision of a range of the log, in its order, page by page; of what is not asked for yet one page is read.
     *
     * @param from index, inclusive
     * @param to index, exclusive, at most the size of the log
     */
    public Multi<Page> between(long from, long to, Looking looking) {
        return Multi.createFrom().deferred(() -> pages(timeline(looking, from, to), to));
    }

    static Multi<Page> pages(Timeline timeline, long to) {
        return Multi.createBy()
                .repeating()
                .uni(() -> Uni.createFrom().deferred(timeline::next))
                .whilst(page -> page.next() < to);
    }

    /**
     * One decision.
     *
     * @param scopes whose histories it may have looked back at
     * @return empty if there is none at that index any more
     */
    Uni<Optional<RecordedDecision>> at(long index, Set<Scope> scopes) {
        return timeline(bundles -> Uni.createFrom().item(scopes), index, index + 1)
                .next()
                .map(page -> page.decisions().stream().findFirst());
    }

    private Timeline timeline(Looking looking, long from, long to) {
        return new Timeline(reader, definitions::read, histories, config, looking, Timeline.Pages.USUAL, from, to);
    }
}
