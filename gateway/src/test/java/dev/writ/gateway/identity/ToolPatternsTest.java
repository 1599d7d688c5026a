package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.ToolName;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ToolPatternsTest {

    private static boolean covers(String pattern, String tool) {
        return new ToolPatterns(List.of(pattern)).cover(ToolName.parse(tool));
    }

    @Test
    void aNameIsThatTool() {
        assertThat(covers("billing.refund", "billing.refund")).isTrue();
        assertThat(covers("billing.refund", "billing.refund2")).isFalse();
        assertThat(covers("billing.refund", "billing.refun")).isFalse();
        assertThat(covers("billing.refund", "other.refund")).isFalse();
    }

    @Test
    void aStarAtTheEndIsWhateverFollows() {
        assertThat(covers("billing.*", "billing.refund")).isTrue();
        assertThat(covers("billing.*", "billing.mcp.prompt.x")).isTrue();
        assertThat(covers("billing.*", "billing2.refund")).isFalse();
        assertThat(covers("billing.*", "billing.")).isFalse();
        assertThat(covers("files.read_*", "files.read_text")).isTrue();
        assertThat(covers("files.read_*", "files.write_text")).isFalse();
        assertThat(covers("*", "a")).isTrue();
    }

    @Test
    void aStarBetweenDotsIsOneSegment() {
        assertThat(covers("*.search", "web.search")).isTrue();
        assertThat(covers("*.search", "web.deep.search")).isFalse();
        assertThat(covers("*.search", "web.searches")).isFalse();
        assertThat(covers("*.mcp.*", "web.mcp.complete")).isTrue();
        assertThat(covers("a.*.c", "a.b.c")).isTrue();
        assertThat(covers("a.*.c", "a..c")).isFalse();
    }

    @Test
    void noPatternIsEveryTool() {
        assertThat(ToolPatterns.ALL.cover(ToolName.parse("x"))).isTrue();
    }

    @Test
    void whatIsNoPatternIsRefused() {
        for (String wrong : List.of("", "a*b", "a*.b", "*a", "**", "Billing.*", "a b", "a.*b.c", "a".repeat(129))) {
            assertThat(ToolPatterns.isPattern(wrong)).as(wrong).isFalse();
        }
        assertThatThrownBy(() -> new ToolPatterns(
                        IntStream.range(0, 101).mapToObj(i -> "t" + i).toList()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
