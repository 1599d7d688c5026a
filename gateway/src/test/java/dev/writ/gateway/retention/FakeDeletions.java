package dev.writ.gateway.retention;

import dev.writ.audit.AuditReader;
import dev.writ.gateway.Superuser;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Deletes what an erasure names, as a superuser; counts what else it is asked. */
@ApplicationScoped
class FakeDeletions implements Deletions {

    private final AuditReader reader;

    FakeDeletions(AuditReader reader) {
        this.reader = reader;
    }

    @Override
    public Uni<Long> erase(long entry) {
        return reader.at(entry)
                .map(found ->
                        found.orElseThrow().entry().body().text("subjectKey").orElseThrow())
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(FakeDeletions::destroy);
    }

    private static long destroy(String subjectKey) {
        try (Superuser superuser = Superuser.connect()) {
            superuser.execute("UPDATE audit.subject_key SET wrapped_key = NULL, destroyed_at = now() WHERE id = '"
                    + subjectKey + "'");
            List<String> gone =
                    superuser.query("DELETE FROM audit.input WHERE subject_key = '" + subjectKey + "' RETURNING name");
            return gone.size() + 1L;
        }
    }

    @Override
    public Uni<Long> expire(long entry) {
        return Uni.createFrom().item(0L);
    }

    @Override
    public Uni<Long> prune(long entry) {
        return Uni.createFrom().item(0L);
    }
}
