package dev.writ.connect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PathTemplateTest {

    private static PathTemplate template(String text) {
        try {
            return PathTemplate.parse(text);
        } catch (UnusableOperationException unusable) {
            throw new AssertionError(unusable.reason());
        }
    }

    @Test
    void encodesEverythingThatIsNotUnreserved() throws UnsendableException {
        assertThat(template("/a/{x}").fill(Map.of("x", "A-z_0.9~ !$&'()*+,;=:@?#[]{}\"<>|^`\u00e9\ud83d\ude00")))
                .isEqualTo("/a/A-z_0.9~%20%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40%3F%23%5B%5D%7B%7D%22%3C%3E%7C%5E%60"
                        + "%C3%A9%F0%9F%98%80");
    }

    @Test
    void fillsSeveralExpressionsOfOneSegment() throws UnsendableException {
        assertThat(template("/{a}.{b}/{c}").fill(Map.of("a", "1", "b", "2", "c", "3")))
                .isEqualTo("/1.2/3");
    }

    @Test
    void refusesValuesThatMakeAStepTogether() {
        assertThatExceptionOfType(UnsendableException.class)
                .isThrownBy(() -> template("/{a}{b}/c").fill(Map.of("a", ".", "b", ".")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a\\b", "a%b", "", ".", "..", "a\u0000b", "a\nb", "a\u007fb"})
    void refusesValuesThatLeadElsewhere(String value) {
        assertThatExceptionOfType(UnsendableException.class)
                .isThrownBy(() -> template("/a/{x}").fill(Map.of("x", value)))
                .satisfies(refused -> assertThat(refused.reason()).doesNotContain("a/b", "a\\b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"...", ".a", "a.", "a..b"})
    void takesDotsThatAreNoStep(String value) throws UnsendableException {
        assertThat(template("/a/{x}").fill(Map.of("x", value))).isEqualTo("/a/" + value);
    }
}
