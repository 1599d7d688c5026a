package dev.writ.gateway.retention;

import dev.writ.audit.postgres.Eraser;
import dev.writ.audit.postgres.Pruner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Deletes by the logins that can do nothing else. */
@ApplicationScoped
class DatabaseDeletions implements Deletions {

    private final Eraser eraser;
    private final Pruner pruner;

    DatabaseDeletions(Eraser eraser, Pruner pruner) {
        this.eraser = eraser;
        this.pruner = pruner;
    }

    @Override
    public Uni<Long> erase(long entry) {
        return eraser.erase(entry);
    }

    @Override
    public Uni<Long> expire(long entry) {
        return eraser.expire(entry);
    }

    @Override
    public Uni<Long> prune(long entry) {
        return pruner.prune(entry);
    }
}
