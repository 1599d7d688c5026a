package dev.writ.gateway.passkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelyingPartyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "https://notwrit.example",
                "http://writ.example",
                "https://writ.example/",
                "https://writ.example/console",
                "https://Writ.example",
                "writ.example",
                "*"
            })
    void refusesOriginsThatCouldNotWorkOrWouldNotBeSafe(String origin) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RelyingParty("writ.example", Set.of(origin)))
                .withMessageContaining("writ.passkey");
    }

    @Test
    void takesPagesOfItsDomainAndBelow() {
        Set<String> origins = Set.of("https://writ.example", "https://console.writ.example:8443");
        assertThat(new RelyingParty("writ.example", origins).origins()).isEqualTo(origins);
        assertThatCode(() -> new RelyingParty("localhost", Set.of("http://localhost:8080")))
                .doesNotThrowAnyException();
    }
}
