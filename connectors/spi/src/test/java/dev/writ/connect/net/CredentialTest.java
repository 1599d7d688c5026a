package dev.writ.connect.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CredentialTest {

    @Test
    void goesIntoAHeader() {
        assertThat(Credential.bearer("token-0815").headers()).containsEntry("Authorization", "Bearer token-0815");
        assertThat(Credential.header("X-Api-Key", "key-08154711").headers()).containsEntry("X-Api-Key", "key-08154711");
        assertThat(Credential.none().headers()).isEmpty();
    }

    @Test
    void knowsWhatOfItIsSecret() {
        assertThat(Credential.bearer("token-0815").secrets()).containsExactly("token-0815");
        assertThat(Credential.header("Authorization", "Basic dXNlcjpwYXNz").secrets())
                .containsExactly("Basic dXNlcjpwYXNz", "dXNlcjpwYXNz");
        assertThat(Credential.none().secrets()).isEmpty();
    }

    @Test
    void isNotPrinted() {
        assertThat(Credential.bearer("token-0815")).asString().doesNotContain("token");
        assertThat(Credential.header("X-Api-Key", "key-08154711")).asString().isEqualTo("Credential[X-Api-Key]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "token\r\nX-Admin: yes", " token-0815", "t\u00f6ken-0815", "token\u00000815"})
    void isPrintableAndLongEnough(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credential.bearer(value))
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("token", "0815"));
        assertThatIllegalArgumentException().isThrownBy(() -> Credential.header("X-Api-Key", value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X Y", "X:Y", "X\r\nY"})
    void hasAHeaderThatIsOne(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Credential.header(name, "key-08154711"));
    }
}
