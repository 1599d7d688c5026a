package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.gateway.LogEntry;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.webhook.Webhooks;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;

/** Looks at what was expected as if its time were over, so that no test has to be quicker than that. */
@Singleton
class LaterExpectations {

    private final Expectations later;

    LaterExpectations(
            AuditReader reader,
            CallStates states,
            GovernedState state,
            Journal journal,
            Webhooks webhooks,
            CallConfig config,
            MeterRegistry meters) {
        later = new Expectations(
                reader,
                states,
                state,
                journal,
                webhooks,
                config,
                () -> Instant.now().plus(Duration.ofHours(2)),
                meters);
    }

    /** Ends what the entry that allowed a call expects after it. */
    void end(LogEntry decided) {
        later.run(Integer.toString(decided.index())).await().atMost(Duration.ofSeconds(60));
    }
}
