package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LintDocumentationTest {

    private static final Pattern ROW =
            Pattern.compile("^\\| `([EWI]\\d{3}) ([a-z-]+)` \\| (\\w+) \\|", Pattern.MULTILINE);

    @Test
    void listsEveryCheckWithItsIdAndLevel() throws IOException {
        List<String> documented = ROW.matcher(Files.readString(Path.of("..", "..", "docs", "policy-cli.md")))
                .results()
                .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3))
                .toList();

        assertThat(documented)
                .containsExactlyElementsOf(Arrays.stream(LintCheck.values())
                        .map(check -> check.id() + " " + check.text() + " "
                                + check.level().text())
                        .toList());
    }

    @Test
    void givesNoIdTwice() {
        assertThat(Arrays.stream(LintCheck.values()).map(LintCheck::id)).doesNotHaveDuplicates();
    }
}
