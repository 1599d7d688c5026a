package dev.writ.gateway.auditing;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/** Reads rows from any thread: Hibernate Reactive itself asks for a Vert.x context that belongs to the query. */
@ApplicationScoped
public class Rows {

    private final Vertx vertx;

    Rows(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Runs a query in a session and a context of its own. The answer arrives on that context's thread. */
    public <T> Uni<T> read(Supplier<Uni<T>> query) {
        return Uni.createFrom().emitter(answer -> {
            Context own = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
            VertxContextSafetyToggle.setContextSafe(own, true);
            own.runOnContext(
                    start -> Panache.withSession(query).subscribe().with(answer::complete, answer::fail));
        });
    }
}
