package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresentedKeyTest {

    private final PresentedKey key = PresentedKey.mint(new SecureRandom());

    @Test
    void isReadAsItIsRevealed() {
        assertThat(PresentedKey.parse(key.reveal())).contains(key);
        assertThat(PresentedKey.isId(key.id())).isTrue();
    }

    @Test
    void hasASecretOf256Bits() {
        assertThat(key.secret()).matches("[0-9a-f]{64}");
        assertThat(PresentedKey.mint(new SecureRandom()).secret()).isNotEqualTo(key.secret());
    }

    @Test
    void doesNotTellItsSecret() {
        assertThat(key.toString()).contains(key.id()).doesNotContain(key.secret());
        assertThat(key.secretHash().value()).doesNotContain(key.secret());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "writ_",
                "writ_x_y",
                "writ_0123456789abcdef_",
                "writ_0123456789abcdeg_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "writ_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
                "writ_0123456789abcdef_0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
                "Writ_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void isNothingElse(String text) {
        assertThat(PresentedKey.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0123456789abcde",
                "0123456789abcdef0",
                "0123456789abcdeF",
                "0123456789abcde/",
                "٠123456789abcdef"
            })
    void hasNoOtherId(String text) {
        assertThat(PresentedKey.isId(text)).isFalse();
    }
}
