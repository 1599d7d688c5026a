package dev.writ.gateway.startup;

import dev.writ.audit.postgres.PostgresAuditLog;
import dev.writ.audit.postgres.PostgresAuditReader;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Whether the log can be read and appended to. Without it nothing is decided, so nothing should be sent here. */
@Readiness
@ApplicationScoped
class LogReadiness implements AsyncHealthCheck {

    private static final String NAME = "audit log";
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final PostgresAuditLog log;
    private final PostgresAuditReader reader;

    LogReadiness(PostgresAuditLog log, PostgresAuditReader reader) {
        this.log = log;
        this.reader = reader;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        if (!log.isWritable()) {
            return Uni.createFrom()
                    .item(HealthCheckResponse.named(NAME)
                            .down()
                            .withData(
                                    "note", "it fails closed; the gateway's log says why, writ audit verify says where")
                            .build());
        }
        return reader.checkpoint()
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .map(head -> HealthCheckResponse.named(NAME)
                        .up()
                        .withData("size", head.size())
                        .build())
                .onFailure()
                .recoverWithItem(HealthCheckResponse.named(NAME)
                        .down()
                        .withData("note", "the database does not answer")
                        .build());
    }
}
