package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.JsonObject;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SessionTest {

    private static final Instant START = Instant.parse("2026-01-01T08:00:00Z");
    private static final Duration LIFETIME = Duration.ofHours(12);
    private static final Duration IDLE = Duration.ofMinutes(30);

    private final Session session = new Session("id", "0123456789abcdef", START, START);

    private static Instant after(int minutes) {
        return START.plus(Duration.ofMinutes(minutes));
    }

    @Test
    void endsWhenNothingIsDone() {
        assertThat(session.isLiveAt(after(29), LIFETIME, IDLE)).isTrue();
        assertThat(session.isLiveAt(after(30), LIFETIME, IDLE)).isFalse();
    }

    @Test
    void endsInTheEndWhateverIsDone() {
        assertThat(session.seenAt(after(719)).isLiveAt(after(719), LIFETIME, IDLE))
                .isTrue();
        assertThat(session.seenAt(after(719)).isLiveAt(after(720), LIFETIME, IDLE))
                .isFalse();
    }

    @Test
    void isWhatItsCookieSays() {
        assertThat(Session.fromJson(session.toJson())).contains(session);
        assertThat(Session.fromJson(JsonObject.empty())).isEmpty();
    }
}
