package dev.writ.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatienceTest {

    private static final Instant ENDED = Instant.parse("2026-01-02T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "PT0S, PT5S",
        "PT5S, PT35S",
        "PT36S, PT2M35S",
        "PT3M, PT12M35S",
        "PT13M, PT1H",
        "PT1H, PT2H",
        "PT23H59M, PT24H"
    })
    void triesLessAndLessOften(Duration passed, Duration next) {
        assertThat(Patience.next(ENDED, ENDED.plus(passed))).contains(ENDED.plus(next));
    }

    @Test
    void endsAfterADay() {
        assertThat(Patience.next(ENDED, ENDED.plus(Duration.ofHours(24)))).isEmpty();
    }
}
