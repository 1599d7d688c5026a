package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LineDiffTest {

    private static List<String> diff(String before, String after) {
        return LineDiff.of(before, after).stream()
                .map(line -> line.sign() + line.text())
                .toList();
    }

    @Test
    void keepsWhatBothHaveInCommon() {
        assertThat(diff("a\nb\nc", "a\nx\nc")).containsExactly(" a", "-b", "+x", " c");
    }

    @Test
    void aTextThatIsNewComesWhole() {
        assertThat(diff("", "a\nb")).containsExactly("+a", "+b");
    }

    @Test
    void aTextThatIsGoneGoesWhole() {
        assertThat(diff("a\nb", "")).containsExactly("-a", "-b");
    }

    @Test
    void textsTooLongToCompareAreShownOneAfterTheOther() {
        String text = "line\n".repeat(3_000);
        List<LineDiff.Line> lines = LineDiff.of(text, text + "more");

        assertThat(lines).hasSize(6_001);
        assertThat(lines.stream().filter(LineDiff.Line::isRemoved).collect(Collectors.toList()))
                .hasSize(3_000);
    }
}
