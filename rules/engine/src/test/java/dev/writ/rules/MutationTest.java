package dev.writ.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
            "\"\"",
            "$1",
            ",,",
            "\r\n\r\n",
            "=cmd|' /C calc'!A0",
            "&a ",
            "*a",
            "!!java.net.URL ",
            "<![CDATA[",
            "<!DOCTYPE x>",
            "&amp;",
            "<f>1</f>",
            " hidden=\"1\"",
            "]]>",
            "-",
            "+ ");

    private static final String CSV = """
            RuleTable limits
            NAME,DESCRIPTION,CONDITION,CONDITION,CONDITION,ACTION,ACTION
            ,,"ToolCall( tool == 'billing.refund', $a : number('amount') )",,"accumulate( Past(); $n : count() )",,
            ,,"text('note') in ('$1')","$a > $1 && $a <= $2",$n <= $1,"allow('$1')","escalate('$1').to('$2').within('4h')"
            Name,Why,Note,Between,At most,Allowed since,Asked since
            small,\u00fcber,"a, b","0, 50",3,few,
            large,"two
            lines",,"-1, 200.5",,,"much, finance"
            """.replace("'", "\"\"");

    private static final String CASES = """
            # Refunds
            - name: small
              call: { tool: billing.refund, arguments: { amount: 20.5, note: a, items: [1, "x", true, null] } }
              principal: { agent: bot, onBehalfOf: ana, roles: [agent] }
              history:
                - { tool: crm.lookup, ago: 5m, outcome: succeeded, extracts: { cards: [ K-1 ] }, labels: [bad] }
              expect: deny
              rules: []
            """;

    private static final List<List<String>> SHEET = List.of(
            List.of("RuleTable limits"),
            List.of("NAME", "CONDITION", "CONDITION", "ACTION"),
            List.of("", "ToolCall( tool == \"billing.refund\" )"),
            List.of("", "number(\"amount\") <= $1", "text(\"note\") in (\"$1\")", "allow(\"$1\")"),
            List.of("Name", "Up to", "Note", "Since"),
            List.of("small", "1.1000000000000001", "a, b", "few"),
            List.of("large", "50", "c", "much"));

    /** Each seed makes a valid file of another kind, and 500 broken ones of it. */
    @ParameterizedTest(name = "{1}, seed {0}")
    @MethodSource("files")
    void brokenFilesAreRefusedAtAPlaceOrDecide(long seed, String file, byte[] valid) {
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            byte[] mutated = file.endsWith(".xlsx")
                    ? mutateBytes(valid, random)
                    : mutate(text(valid), random).getBytes(UTF_8);
            refused += refuses(file, mutated, seed) ? 1 : 0;
        }
        assertThat(refused).isBetween(10, 500);
    }

    static Stream<Arguments> files() {
        List<Arguments> files = new ArrayList<>();
        for (long seed = 0; seed < 20; seed++) {
            files.add(file(
                    seed,
                    "rules.drl",
                    RulePrinter.print(new RandomRules(seed).rules(2)).getBytes(UTF_8)));
        }
        for (long seed = 100; seed < 104; seed++) {
            files.add(file(seed, "limits.csv", CSV.getBytes(UTF_8)));
            files.add(file(seed + 100, "cases/refunds.yaml", CASES.getBytes(UTF_8)));
            files.add(file(seed + 200, "bundle.yaml", Bundles.MANIFEST.getBytes(UTF_8)));
            files.add(file(seed + 300, "limits.xlsx", TestWorkbook.of(SHEET).bytes()));
        }
        return files.stream();
    }

    private static Arguments file(long seed, String file, byte[] valid) {
        return Arguments.of(seed, file, valid);
    }

    /** Broken below the archive: in a part, so that what is packed and checked is what is wrong. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {500, 501, 502, 503})
    void brokenPartsOfWorkbooksAreRefusedOrDecide(long seed) {
        Random random = new Random(seed);
        int refused = 0;
        TestWorkbook valid = TestWorkbook.of(SHEET);
        List<String> parts = List.copyOf(valid.parts().keySet());
        for (int i = 0; i < 500; i++) {
            String part = parts.get(random.nextInt(parts.size()));
            String mutated = mutate(text(valid.parts().getOrDefault(part, new byte[0])), random);
            refused += refuses("limits.xlsx", valid.with(part, mutated).bytes(), seed) ? 1 : 0;
        }
        assertThat(refused).isBetween(100, 499);
    }

    private static boolean refuses(String file, byte[] content, long seed) {
        Map<String, byte[]> files = new HashMap<>();
        files.put("bundle.yaml", Bundles.MANIFEST.getBytes(UTF_8));
        files.put(file, content);
        List<BundleProblem> problems;
        try {
            PolicyBundle bundle = PolicyBundle.of(files);
            problems =
                    PolicyCompiler.compile(bundle, TestTools.ALL).fold(engine -> answers(engine, seed), found -> found);
        } catch (InvalidBundleException invalid) {
            problems = invalid.problems();
        }
        assertThat(problems).allSatisfy(problem -> {
            assertThat(problem.file()).isEqualTo(file);
            assertThat(problem.message()).isNotBlank();
            if (file.endsWith(".drl") || file.endsWith(".csv")) {
                assertThat(problem.line()).as(text(content)).isPositive();
                assertThat(problem.column()).as(text(content)).isPositive();
            }
        });
        return !problems.isEmpty();
    }

    /** A bundle that compiles decides whatever it is asked, and its cases run. */
    private static List<BundleProblem> answers(PolicyEngine engine, long seed) {
        try (engine) {
            new RandomScenes(seed)
                    .facts()
                    .limit(2)
                    .forEach(facts -> assertThat(engine.evaluate(facts)).isNotNull());
            return PolicyCases.run(engine, TestTools.ALL).stream()
                    .flatMap(result -> result instanceof CaseResult.Failed failed
                            ? Stream.of(new BundleProblem(failed.file(), failed.line(), 0, failed.reason()))
                            : Stream.empty())
                    .toList();
        }
    }

    private static byte[] mutateBytes(byte[] bytes, Random random) {
        byte[] mutated = bytes.clone();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(mutated, random.nextInt(mutated.length)) : mutated;
    }

    private static String text(byte[] utf8) {
        return new String(utf8, UTF_8);
    }

    private static String mutate(String drl, Random random) {
        StringBuilder mutated = new StringBuilder(drl);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            if (mutated.isEmpty()) {
                return "";
            }
            int at = random.nextInt(mutated.length());
            int to = Math.min(mutated.length(), at + 1 + random.nextInt(12));
            switch (random.nextInt(4)) {
                case 0 -> mutated.delete(at, to);
                case 1 -> mutated.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> mutated.insert(random.nextInt(mutated.length() + 1), mutated.substring(at, to));
                default -> mutated.setCharAt(at, (char) (32 + random.nextInt(95)));
            }
        }
        return mutated.toString();
    }
}
