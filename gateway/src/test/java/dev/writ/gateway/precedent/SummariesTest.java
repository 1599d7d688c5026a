package dev.writ.gateway.precedent;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.InMemoryAuditLog;
import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.approval.Waiting;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.gateway.problem.Problem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is configured, or not. */
class SummariesTest {

    private final InMemoryAuditLog log = InMemoryAuditLog.create();

    private Summaries summaries(SummaryConfig config) {
        return new Summaries(
                new Seen(Waiting.approvals(), log.reader()),
                Auditing.journal(log, InstantSource.system()),
                Pseudonyms.of(new byte[32]),
                new SimpleMeterRegistry(),
                new SecureRandom(),
                config);
    }

    @Test
    void withoutAModelSaysSoAndWhatThereIsInstead() {
        assertThatThrownBy(() -> summaries(new Config(Optional.empty(), Optional.empty(), Optional.empty()))
                        .configured())
                .isInstanceOf(Problem.class)
                .hasMessageContaining("No model is configured")
                .hasMessageContaining("/similar needs no model");
    }

    @Test
    void aModelWithoutNameStopsTheStart() {
        assertThatThrownBy(() -> summaries(
                        new Config(Optional.of("https://models.example.com/v1"), Optional.empty(), Optional.empty())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("writ.summary.model");
    }

    @Test
    void aKeyThatCannotBeReadStopsTheStart() {
        assertThatThrownBy(() -> summaries(new Config(
                        Optional.of("https://models.example.com/v1"),
                        Optional.of("tiny-1"),
                        Optional.of(Path.of("no-such-file")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("writ.summary.api-key-file no-such-file cannot be read");
    }

    private record Config(Optional<String> baseUrl, Optional<String> model, Optional<Path> apiKeyFile)
            implements SummaryConfig {

        @Override
        public Duration timeout() {
            return Duration.ofSeconds(20);
        }

        @Override
        public int concurrency() {
            return 2;
        }

        @Override
        public MemorySize maxCall() {
            return new MemorySize(BigInteger.valueOf(16_384));
        }

        @Override
        public int maxTokens() {
            return 300;
        }
    }
}
