package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.writ.model.Decision;
import dev.writ.model.Effect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What files of a bundle may try beyond the language of rules. Workbooks: {@link WorkbookTest}; cells: {@link DecisionTableTest}. */
class HostileFilesTest {

    private static List<BundleProblem> problems(Map<String, String> files) {
        Map<String, String> all = new HashMap<>(files);
        all.putIfAbsent("bundle.yaml", Bundles.MANIFEST);
        try {
            PolicyBundle bundle = Bundles.of(all);
            List<BundleProblem> problems = new ArrayList<>(PolicyCompiler.unreadable(bundle));
            problems.addAll(PolicyCompiler.compile(bundle, TestTools.ALL).fold(engine -> List.of(), found -> found));
            return problems;
        } catch (InvalidBundleException invalid) {
            return invalid.problems();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../rules.drl",
                "a/../../rules.drl",
                "/etc/rules.drl",
                "C:/rules.drl",
                "C:rules.drl",
                "a\\rules.drl",
                "\\\\host\\share.drl",
                "rules.drl\0.md",
                "\0.drl",
                "rules.drl:stream.drl",
                "rules.csv ",
                "%2e%2e/rules.drl",
                "~/rules.drl",
                ".git/rules.drl",
                "cases/../rules.csv",
                "limits.xlsm",
                "limits.xls",
                "limits.XLSX",
                "rules\u202elrd.drl",
                "NUL.drl",
                "con.csv",
                "a/Com1.tables.xlsx",
                "aux/rules.drl",
                "lpt9.md"
            })
    void namesThatLeadElsewhereAreRefused(String path) {
        assertThat(problems(Map.of(path, ""))).extracting(BundleProblem::file).containsExactly(path);
    }

    @Test
    void namesThatCollideInCaseAreRefused() {
        assertThat(problems(Map.of("Rules.drl", "", "rules.drl", "")))
                .extracting(BundleProblem::toString)
                .containsExactly("rules.drl: differs from Rules.drl only in case");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bundle.yaml|a: &a [x, x]\\nb: &b [*a, *a]\\nc: [*b, *b]|2|8|aliases",
                "cases/a.yaml|- &a { name: x }\\n- *a|2|3|aliases",
                "cases/a.yaml|- &a [ *a ]|1|8|aliases",
                "cases/a.yaml|- { <<: *b }|1|9|aliases",
                "cases/a.yaml|- !!javax.script.ScriptEngineManager [ !!java.net.URL [x] ]|1|3|Global tag is not allowed",
                "cases/a.yaml|- { name: !!java.io.File x }|1|11|",
                "cases/a.yaml|--- a\\n--- b|2|1|this is not YAML",
                "cases/a.yaml|- \"a|1|5|this is not YAML"
            })
    void yamlIsOnlyData(String file, String yaml, int line, int column, String message) {
        assertThat(problems(Map.of(file, yaml.replace("\\n", "\n")))).anySatisfy(problem -> {
            assertThat(problem.toString()).startsWith(file + ":" + line + ":" + column + ": ");
            assertThat(problem.message()).contains(message == null ? "" : message);
        });
    }

    @Test
    void yamlThatNestsIsRefusedWhereItIsTooDeep() {
        assertThat(problems(Map.of("cases/a.yaml", "[".repeat(100_000))))
                .extracting(BundleProblem::toString)
                .first()
                .asString()
                .startsWith("cases/a.yaml:1:25: lists and entries nest at most 24 deep");
    }

    @Test
    void literalsOfManyMegabytesAreRefused() {
        String literal = "rule \"r\" when ToolCall( tool == \"" + "a".repeat(10 * 1024 * 1024) + "\" )";
        assertThat(problems(Map.of("r.drl", literal)))
                .extracting(BundleProblem::toString)
                .contains("r.drl: a file has at most 1048576 bytes");

        String cell =
                "RuleTable t\nCONDITION,ACTION\nToolCall(),\n\"tool == \"\"$1\"\"\",\"deny(\"\"x\"\")\"\nTool,Denied\n"
                        + "a".repeat(1_000_000) + ",X\n";
        assertThat(problems(Map.of("t.csv", cell)))
                .extracting(BundleProblem::toString)
                .containsExactly(
                        "t.csv:6:1: a text has at most 1000 characters",
                        "t.csv:6:1: a text has at most 1000 characters");
    }

    @Test
    void patternsWithoutEndAreReportedOnceARule() {
        String patterns = "rule \"r\" when ToolCall() " + "Past() ".repeat(140_000) + "then allow(\"x\"); end";

        assertThat(problems(Map.of("r.drl", patterns)))
                .extracting(BundleProblem::message)
                .contains("a rule has at most 16 patterns");
    }

    @Test
    void rulesWithoutEndAreCounted() {
        String rule = "rule \"%d\" when ToolCall() then deny(\"x\"); end\n";
        String half = IntStream.range(0, 10_001).mapToObj(rule::formatted).collect(Collectors.joining());

        assertThat(problems(Map.of("r.drl", half)))
                .extracting(BundleProblem::message)
                .contains("a bundle has at most 10000 rules");
    }

    @Test
    void mistakesWithoutEndAreReportedUpToALimit() {
        String rule = "rule \"%d\" when ToolCall( tool == \"" + "x".repeat(40) + "\" ) then deny(\"x\"); end\n";
        String many = IntStream.range(0, 9_000).mapToObj(rule::formatted).collect(Collectors.joining());

        assertThat(PolicyCompiler.compile(Bundles.ofRules(many), TestTools.ALL).<Integer>fold(engine -> 0, List::size))
                .isEqualTo(Limits.REPORTED_PROBLEMS);
    }

    @Test
    void rowsAndColumnsWithoutEndAreRefusedAtTheFirstTooMany() {
        assertThat(problems(Map.of("t.csv", ",".repeat(1_000_000))))
                .extracting(BundleProblem::toString)
                .contains("t.csv:1:64: a table has at most 64 columns");
        assertThat(problems(Map.of("t.csv", "x\n".repeat(500_000))))
                .extracting(BundleProblem::toString)
                .contains("t.csv:20001:1: a file of tables has at most 20000 rows");
    }

    @Test
    void aCrossJoinLooksAtABoundedNumberOfCallsAndThenDenies() {
        String drl = Bundles.allow(
                "ToolCall( tool == \"billing.refund\" )", "Past() ".repeat(14), "Past( outcome == \"failed\" )");
        Scene scene = Scene.refund("{\"amount\": 1}");
        for (int i = 0; i < 50; i++) {
            scene = scene.after(Scene.Earlier.of("billing.refund", "{}"));
        }

        Decision decision = Bundles.decide(drl, scene);

        assertThat(decision.effect()).isEqualTo(Effect.DENY);
        assertThat(decision.deciding().get(0).reason()).contains("there are too many earlier calls");
    }

    @Test
    void aFileThatIsNoTextIsRefused() {
        byte[] manifest = Bundles.MANIFEST.getBytes(StandardCharsets.UTF_8);
        for (String path : List.of("r.drl", "t.csv", "cases/c.yaml")) {
            InvalidBundleException invalid = catchThrowableOfType(
                    InvalidBundleException.class,
                    () -> PolicyBundle.of(Map.of("bundle.yaml", manifest, path, new byte[] {'a', (byte) 0xc0})));

            assertThat(invalid.problems()).extracting(BundleProblem::toString).containsExactly(path + ": is not UTF-8");
        }
    }
}
