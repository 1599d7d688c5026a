package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packs that hold service desks to the prose of their policies; what is asked of every pack is in {@link PacksTest}. */
class ServiceDeskPacksTest {

    private static final Pattern ENFORCED = Pattern.compile("^\\| [^|]+ \\| (`.+`) \\|$", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    /** The table in each README says which rule a sentence of the policy has become. */
    @ParameterizedTest
    @ValueSource(strings = {"airline", "retail"})
    void denyAViolationOfEachSentenceOfThePolicyByTheRuleThatTheReadmeNames(String pack) {
        Set<String> named = new TreeSet<>();
        Matcher row = ENFORCED.matcher(Packs.text(Packs.folder(pack).resolve("README.md")));
        while (row.find()) {
            Matcher name = NAME.matcher(row.group(1));
            while (name.find()) {
                named.add(name.group(1));
            }
        }
        Set<String> deciding = Packs.report(pack).coverage().rules().stream()
                .filter(Coverage.Rule::isCovered)
                .map(Coverage.Rule::name)
                .collect(Collectors.toSet());

        assertThat(named).hasSizeGreaterThan(15);
        assertThat(named)
                .allSatisfy(rule -> assertThat(deciding)
                        .as("a rule, or a table whose rows are rules")
                        .anyMatch(decided -> decided.equals(rule) || decided.startsWith(rule + ": ")));
    }
}
