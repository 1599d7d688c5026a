package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.ToolDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packs that hold service desks to the prose of their policies. */
class ServiceDeskPacksTest {

    private static final Path PACKS = Path.of("..", "packs");
    private static final Pattern ENFORCED = Pattern.compile("^\\| [^|]+ \\| (`.+`) \\|$", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    @TestFactory
    Stream<DynamicTest> decideEachOfTheirCasesAsWritten() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String pack : List.of("airline", "retail")) {
            try (PolicyEngine engine = engine(pack)) {
                PolicyCases.run(engine, tools(pack))
                        .forEach(result -> tests.add(DynamicTest.dynamicTest(
                                pack + ": " + result.name(),
                                () -> assertThat(result)
                                        .withFailMessage(result::toString)
                                        .isInstanceOf(CaseResult.Passed.class))));
            }
        }
        assertThat(tests).hasSizeGreaterThan(300);
        return tests.stream();
    }

    @ParameterizedTest
    @ValueSource(strings = {"airline", "retail"})
    void haveACaseThatEachRuleDecides(String pack) throws IOException {
        try (PolicyEngine engine = engine(pack)) {
            Set<String> rules = new TreeSet<>();
            engine.rules().forEach(rule -> rules.add(rule.name()));

            assertThat(deciding(engine, pack)).isEqualTo(rules);
        }
    }

    /** The table in each README says which rule a sentence of the policy has become. */
    @ParameterizedTest
    @ValueSource(strings = {"airline", "retail"})
    void denyAViolationOfEachSentenceOfThePolicyByTheRuleThatTheReadmeNames(String pack) throws IOException {
        String readme = Files.readString(PACKS.resolve(pack).resolve("README.md"));
        Set<String> named = new TreeSet<>();
        Matcher row = ENFORCED.matcher(readme);
        while (row.find()) {
            Matcher name = NAME.matcher(row.group(1));
            while (name.find()) {
                named.add(name.group(1));
            }
        }
        try (PolicyEngine engine = engine(pack)) {
            assertThat(named).hasSizeGreaterThan(15);
            assertThat(named)
                    .allSatisfy(rule -> assertThat(deciding(engine, pack))
                            .as("a rule, or a table whose rows are rules")
                            .anyMatch(decided -> decided.equals(rule) || decided.startsWith(rule + ": ")));
        }
    }

    private static Set<String> deciding(PolicyEngine engine, String pack) {
        Set<String> deciding = new TreeSet<>();
        engine.bundle()
                .texts("cases/", ".yaml")
                .forEach((file, text) -> new CaseReader(tools(pack))
                        .read(file, text, new ArrayList<>())
                        .forEach(it -> engine.evaluate(it.facts())
                                .deciding()
                                .forEach(verdict -> deciding.add(verdict.rule()))));
        return deciding;
    }

    private static PolicyEngine engine(String pack) throws IOException {
        return PolicyCompiler.compile(PolicyBundle.read(PACKS.resolve(pack)), tools(pack))
                .fold(engine -> engine, problems -> {
                    throw new AssertionError(problems.toString());
                });
    }

    private static List<ToolDefinition> tools(String pack) {
        List<BundleProblem> problems = new ArrayList<>();
        String file = pack + ".yaml";
        try {
            String text = Files.readString(PACKS.resolve("tools").resolve(file));
            List<ToolDefinition> tools = ToolListing.parse(file, text, problems)
                    .map(listing -> ToolListing.read(file, listing, pack, problems))
                    .orElse(List.of());
            assertThat(problems).isEmpty();
            return tools;
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }
}
