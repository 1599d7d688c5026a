package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a file holds, the compiler answers. */
class MutationTest {

    private static final List<String> PIECES = List.of(
            "\"",
            "\\",
            "(",
            ")",
            "{",
            "}",
            ";",
            ",",
            ":",
            "||",
            "&&",
            "!",
            "not ",
            "exists ",
            "eval(true)",
            "rule \"x\" ",
            "end ",
            "when ",
            "then ",
            "$x",
            "/*",
            "*/",
            "//",
            "\n",
            "\u202e",
            "\ud800",
            "\0",
            "\\u0022",
            "9".repeat(400),
            "accumulate(",
            "Past()",
            "ToolCall()",
            "over window:time(1d)",
            "@",
            ".to(",
            "import ",
            "1e9",
            "-",
            "+ ");

    @Test
    void thousandsOfBrokenFilesAreRefusedOrCompiledButNeverBreakTheCompiler() {
        Random random = new Random(20260101);
        int refused = 0;
        for (int seed = 0; seed < 60; seed++) {
            String valid = RulePrinter.print(new RandomRules(seed).rules(2));
            for (int i = 0; i < 100; i++) {
                String mutated = mutate(valid, random);
                refused += compile(mutated) ? 0 : 1;
            }
        }
        assertThat(refused).isBetween(4_000, 6_000);
    }

    private static boolean compile(String drl) {
        List<BundleProblem> problems = Bundles.problems(drl);
        assertThat(problems).allSatisfy(problem -> {
            assertThat(problem.line()).as(drl).isPositive();
            assertThat(problem.column()).as(drl).isPositive();
            assertThat(problem.message()).isNotBlank();
        });
        return problems.isEmpty();
    }

    private static String mutate(String drl, Random random) {
        StringBuilder mutated = new StringBuilder(drl);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(mutated.length());
            int to = Math.min(mutated.length(), at + 1 + random.nextInt(12));
            switch (random.nextInt(4)) {
                case 0 -> mutated.delete(at, to);
                case 1 -> mutated.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> mutated.insert(random.nextInt(mutated.length()), mutated.substring(at, to));
                default -> mutated.setCharAt(at, (char) (32 + random.nextInt(95)));
            }
        }
        return mutated.toString();
    }
}
