package dev.writ.gateway.auditing;

import dev.writ.audit.AuditReader;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Reads governed state: the rows, and the entries that they must follow from. */
@ApplicationScoped
public class GovernedState {

    private static final Logger LOG = Logger.getLogger(GovernedState.class);
    private static final int PAGE = 500;

    private final AuditReader reader;
    private final Vertx vertx;
    private final MeterRegistry meters;

    GovernedState(AuditReader reader, Vertx vertx, MeterRegistry meters) {
        this.reader = reader;
        this.vertx = vertx;
        this.meters = meters;
    }

    /** Runs a query of Hibernate Reactive in a session and a Vert.x context of its own, so that any thread may ask. */
    public <T> Uni<T> rows(Supplier<Uni<T>> query) {
        return Uni.createFrom().emitter(emitter -> {
            Context context = VertxContext.createNewDuplicatedContext(((VertxInternal) vertx).createEventLoopContext());
            VertxContextSafetyToggle.setContextSafe(context, true);
            context.runOnContext(
                    started -> Panache.withSession(query).subscribe().with(emitter::complete, emitter::fail));
        });
    }

    /** The entry at that index with its inputs, if there is one. */
    public Uni<Optional<Recorded>> entry(long index) {
        return reader.at(index);
    }

    /** Every entry of those kinds with its inputs, by index. */
    public Uni<List<Recorded>> entries(Set<String> kinds) {
        return entries(kinds, 0, new ArrayList<>());
    }

    private Uni<List<Recorded>> entries(Set<String> kinds, long from, List<Recorded> found) {
        EntryQuery query = new EntryQuery(
                Map.of(), kinds, from, Long.MAX_VALUE, Optional.empty(), Optional.empty(), false, PAGE, true);
        return reader.find(query).chain(page -> {
            found.addAll(page);
            return page.size() < PAGE
                    ? Uni.createFrom().item(found)
                    : entries(kinds, page.get(page.size() - 1).index() + 1, found);
        });
    }

    /** Tells the operator that a row does not say what its entry says, and is not used. */
    public void distrust(String table, String id) {
        LOG.errorf("row does not match its entry and is not used table=%s id=%s", table, id);
        meters.counter("writ.rows.distrusted", "table", table).increment();
    }
}
