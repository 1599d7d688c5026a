package dev.writ.gateway.passkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatementsTest {

    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");
    private static final JsonObject SAID =
            JsonObject.builder().put("call", "a").put("view", "b").build();

    private final Statements statements = statements((byte) 1);

    private record Settings(Optional<String> rpId, Optional<List<String>> origins, Duration signWithin)
            implements PasskeyConfig {}

    private static PasskeyConfig config() {
        return new Settings(Optional.empty(), Optional.empty(), Duration.ofMinutes(5));
    }

    private static Pseudonyms pseudonyms(byte key) {
        byte[] bytes = new byte[32];
        bytes[0] = key;
        return Pseudonyms.of(bytes);
    }

    private static Statements statements(byte key) {
        return new Statements(pseudonyms(key), config());
    }

    @Test
    void whatWasMadeHereAndIsStillSoIsCurrent() {
        JsonObject made = statements.made(SAID, NOON);

        assertThat(statements.current(made, SAID, NOON.plusSeconds(299))).isEqualTo(made);
    }

    @Test
    void aStatementExpires() {
        JsonObject made = statements.made(SAID, NOON);

        assertThatThrownBy(() -> statements.current(made, SAID, NOON.plusSeconds(300)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("over at 2026-01-02T12:05:00Z");
    }

    @Test
    void namesWhatHasChanged() {
        JsonObject made = statements.made(SAID, NOON);
        JsonObject now = JsonObject.builder().put("call", "a").put("view", "c").build();

        assertThatThrownBy(() -> statements.current(made, now, NOON))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("never was: view.");
    }

    @Test
    void refusesAStatementOfAnotherInstallation() {
        JsonObject foreign = statements((byte) 2).made(SAID, NOON);

        assertThatThrownBy(() -> statements.current(foreign, SAID, NOON))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("not made here");
    }

    @Test
    void aChallengeForANewPasskeyIsItsPrincipalsAndEnds() {
        CreationChallenges challenges = new CreationChallenges(pseudonyms((byte) 1), config(), new SecureRandom());
        String challenge = challenges.made("olga", NOON);

        assertThat(challenges.required(challenge, "olga", NOON.plusSeconds(299)))
                .isEqualTo(challenge);
        assertThatThrownBy(() -> challenges.required(challenge, "mallory", NOON))
                .isInstanceOf(Problem.class);
        assertThatThrownBy(() -> challenges.required(challenge, "olga", NOON.plusSeconds(300)))
                .isInstanceOf(Problem.class);
        String later = Long.toString(Long.parseLong(challenge.substring(0, 13)) + 1) + challenge.substring(13);
        assertThatThrownBy(() -> challenges.required(later, "olga", NOON)).isInstanceOf(Problem.class);
    }
}
