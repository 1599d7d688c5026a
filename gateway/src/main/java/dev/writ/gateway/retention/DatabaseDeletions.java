package dev.writ.gateway.retention;

import dev.writ.audit.Kept;
import dev.writ.audit.postgres.Eraser;
import dev.writ.audit.postgres.KeptEntries;
import dev.writ.audit.postgres.Pruner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Deletes by the logins that can do nothing else. */
@ApplicationScoped
class DatabaseDeletions implements Deletions {

    private final Eraser eraser;
    private final Pruner pruner;
    private final KeptEntries keptEntries;

    DatabaseDeletions(Eraser eraser, Pruner pruner, KeptEntries keptEntries) {
        this.eraser = eraser;
        this.pruner = pruner;
        this.keptEntries = keptEntries;
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
    public Uni<Kept> kept(long below, List<String> prunable) {
        return keptEntries.below(below, prunable);
    }

    @Override
    public Uni<Long> prune(long entry) {
        return pruner.prune(entry);
    }
}
