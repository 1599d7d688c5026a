package dev.writ.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Settled;
import dev.writ.model.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is left of a history when calls in it were pruned. */
class PrunedHistoryTest {

    private static final Instant PRUNED = Instant.parse("2026-01-02T12:00:00Z");
    private static final Identity IDENTITY = new Identity("agent-7", Identity.NOBODY);

    private final InMemoryAuditLog log = InMemoryAuditLog.create();
    private final Histories histories = new Histories(log, log.reader(), new Settings());

    PrunedHistoryTest() {
        log.tail().subscribe(histories::onEntry);
    }

    private record Settings() implements CallConfig {
        @Override
        public Duration deadline() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration sweepGrace() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration maxWait() {
            return Duration.ofSeconds(1);
        }

        @Override
        public int maxKeyLength() {
            return 200;
        }

        @Override
        public int maxPurposeLength() {
            return 1_000;
        }

        @Override
        public int histories() {
            return 10;
        }

        @Override
        public int historyLength() {
            return 10;
        }
    }

    private Instant completeSince() {
        return histories.of(IDENTITY).await().indefinitely().history().completeSince();
    }

    private void prune() {
        Entry entry = new Entry(
                "PRUNE",
                PRUNED.plusSeconds(60),
                List.of(),
                Set.of(),
                Map.of(),
                JsonObject.builder().put("before", PRUNED.toString()).build(),
                "writ",
                List.of());
        log.append(Draft.independent(new Settled<>(entry, entry))).await().indefinitely();
    }

    @Test
    void rulesThatLookBackToPrunedCallsAreInDoubt() {
        prune();

        assertThat(completeSince()).isEqualTo(PRUNED);
    }

    @Test
    void whatIsInMemoryReachesNoFurtherBackThanWhatIsRead() {
        assertThat(completeSince()).isEqualTo(Instant.MIN);

        prune();

        assertThat(completeSince()).isEqualTo(PRUNED);
    }
}
