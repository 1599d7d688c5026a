package dev.writ.gateway.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurableTaskTest {

    @ParameterizedTest
    @CsvSource({"0, PT0.5S", "1, PT1S", "5, PT16S", "6, PT30S", "2147483647, PT30S"})
    void waitsTwiceAsLongAfterEachFailureAndThirtySecondsAtMost(int failures, Duration wait) {
        assertThat(DurableTask.retryAfter(failures)).isEqualTo(wait);
    }
}
