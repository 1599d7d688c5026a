package dev.writ.gateway.auditing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.AuditLog;
import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.Checkpoint;
import dev.writ.audit.ConsistencyProof;
import dev.writ.audit.Draft;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.LogPath;
import dev.writ.audit.LogTail;
import dev.writ.audit.PrunedException;
import dev.writ.audit.Receipt;
import dev.writ.audit.TiledLog;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonObject;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What does not happen in a gateway that is well. */
class LogResourceTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void whatWasPrunedIsGone() {
        LogResource resource = new LogResource(new PrunedLog(), () -> false);

        assertThatThrownBy(() -> resource.bytes("entries/000").await().atMost(SOON))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.type()).isEqualTo(ProblemType.GONE));
    }

    @Test
    void onlyAuditorsSeeALogThatIsNotPublic() {
        assertThat(isPermitted(false, caller("auditor"))).isTrue();
        assertThat(isPermitted(false, caller("agent"))).isFalse();
        assertThat(isPermitted(false, stranger())).isFalse();
    }

    @Test
    void everybodySeesALogThatIsPublic() {
        assertThat(isPermitted(true, stranger())).isTrue();
        assertThat(isPermitted(true, caller("agent"))).isTrue();
    }

    @Test
    void aSharedCacheKeepsOnlyALogThatIsPublic() {
        assertThat(LogResource.caching(() -> false)).startsWith("private, ").endsWith("immutable");
        assertThat(LogResource.caching(() -> true)).startsWith("public, ").endsWith("immutable");
    }

    @Test
    void aReadThatCannotBeRecordedIsRefused() {
        Reads reads = new Reads(Auditing.journal(new DeadLog(), InstantSource.system()));

        assertThatThrownBy(() -> reads.record(new Actor("aude", "key"), "entries", JsonObject.empty(), List.of())
                        .await()
                        .atMost(SOON))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.type()).isEqualTo(ProblemType.AUDIT_UNAVAILABLE));
    }

    private static boolean isPermitted(boolean isPublic, SecurityIdentity caller) {
        return new LogPolicy(() -> isPublic).permits(caller);
    }

    private static SecurityIdentity caller(String role) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal("somebody"))
                .addRole(role)
                .build();
    }

    private static SecurityIdentity stranger() {
        return QuarkusSecurityIdentity.builder().setAnonymous(true).build();
    }

    private static final class PrunedLog implements TiledLog {
        @Override
        public Uni<Checkpoint> checkpoint() {
            return Uni.createFrom().failure(new PrunedException(256));
        }

        @Override
        public Uni<byte[]> read(LogPath path) {
            return Uni.createFrom().failure(new PrunedException(256));
        }

        @Override
        public Uni<ConsistencyProof> consistency(long first, long second) {
            return Uni.createFrom().failure(new PrunedException(256));
        }
    }

    private static final class DeadLog implements AuditLog {
        @Override
        public <T> Uni<Receipt<T>> append(Draft<T> draft) {
            return Uni.createFrom()
                    .failure(new AuditUnavailableException(AuditUnavailableException.Reason.UNAVAILABLE, "down"));
        }

        @Override
        public LogTail tail() {
            return InMemoryAuditLog.create().tail();
        }
    }
}
