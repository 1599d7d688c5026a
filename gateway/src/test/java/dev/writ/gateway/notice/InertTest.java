package dev.writ.gateway.notice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InertTest {

    @ParameterizedTest
    @CsvSource({
        "http://evil.example/approve, http[:]//evil.example/approve",
        "look at WWW.evil.example, look at www[.]evil.example",
        "mailto:eve@example.com, mailto[:]eve@example.com",
        "javascript:alert(1), javascript:alert(1)"
    })
    void makesNoLinks(String text, String shown) {
        assertThat(Inert.line(text)).isEqualTo(shown);
    }

    @Test
    void isOneLineAndShowsWhatIsHidden() {
        assertThat(Inert.line("a\r\nBcc: eve\tb\u202Ec\u200Bd")).isEqualTo("a<U+000D> Bcc: eve b<U+202E>c<U+200B>d");
    }

    @Test
    void isShort() {
        assertThat(Inert.line("x".repeat(5_000))).hasSize(203).endsWith("...");
    }
}
