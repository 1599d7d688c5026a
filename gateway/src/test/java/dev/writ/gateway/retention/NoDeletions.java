package dev.writ.gateway.retention;

import dev.writ.audit.Kept;
import dev.writ.model.Digest;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** Deletes nothing, and keeps three entries whatever is pruned. */
final class NoDeletions implements Deletions {

    static final Kept KEPT = new Kept(3, Digest.of(new byte[] {1, 2, 3}));

    @Override
    public Uni<Long> erase(long entry) {
        return Uni.createFrom().item(0L);
    }

    @Override
    public Uni<Long> expire(long entry) {
        return Uni.createFrom().item(0L);
    }

    @Override
    public Uni<Kept> kept(long below, List<String> prunable) {
        return Uni.createFrom().item(KEPT);
    }

    @Override
    public Uni<Long> prune(long entry) {
        return Uni.createFrom().item(0L);
    }
}
