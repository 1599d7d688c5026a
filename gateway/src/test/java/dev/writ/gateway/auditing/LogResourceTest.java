package dev.writ.gateway.auditing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.AuditLog;
import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.Checkpoint;
import dev.writ.audit.ConsistencyProof;
import dev.writ.audit.Draft;
import dev.writ.audit.Frontier;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.LogPath;
import dev.writ.audit.LogSigner;
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
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What does not happen in a gateway that is well. */
class LogResourceTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void whatWasPrunedIsGone() {
        LogResource resource = new LogResource(new PrunedLog(), () -> false, Witnessing.notRequired());

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
    void aReadThatCannotBeRecordedIsRefused() {
        Reads reads = new Reads(Auditing.journal(new DeadLog(), InstantSource.system()));

        assertThatThrownBy(() -> reads.record(new Actor("aude", "key"), "entries", JsonObject.empty())
                        .await()
                        .atMost(SOON))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.type()).isEqualTo(ProblemType.AUDIT_UNAVAILABLE));
    }

    @Test
    void sharedCachesKeepOnlyAPublicLog() {
        assertThat(new LogResource(new PrunedLog(), () -> true, Witnessing.notRequired()).caching())
                .containsExactly(Map.entry("Cache-Control", "public, max-age=31536000, immutable"));
        assertThat(new LogResource(new PrunedLog(), () -> false, Witnessing.notRequired()).caching())
                .containsEntry("Cache-Control", "private, max-age=31536000, immutable")
                .containsEntry("Vary", "Authorization");
    }

    @Test
    void whatIsWitnessedIsPublished() {
        Checkpoint witnessed =
                LogSigner.generate("example.com/log", new SecureRandom()).sign(Frontier.empty());
        Checkpoint head = new Checkpoint("example.com/log", 9, witnessed.root(), "");
        Witnessing witnessing = new Witnessing() {
            @Override
            public boolean allows(Operation operation, long index) {
                return true;
            }

            @Override
            public Uni<Void> await(Operation operation, long index) {
                return Uni.createFrom().voidItem();
            }

            @Override
            public Optional<Checkpoint> newest() {
                return Optional.of(new Checkpoint("example.com/log", 5, witnessed.root(), witnessed.note()));
            }
        };

        assertThat(new LogResource(new PrunedLog(), () -> false, witnessing)
                        .published()
                        .await()
                        .atMost(SOON)
                        .note())
                .isEqualTo(witnessed.note());
        assertThat(witnessing.provableIn(4, head)).isEqualTo(5);
        assertThat(witnessing.provableIn(5, head)).as("not witnessed yet").isEqualTo(9);
        assertThat(Witnessing.notRequired().provableIn(4, head)).isEqualTo(9);
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
