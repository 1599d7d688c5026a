package dev.writ.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.model.ToolName;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is asked of every pack. A new one is found by its folder. */
class PacksTest {

    private static final int WANTED_SCORE = 90;

    /** Of whatever tools there are, so it cannot bring cases or tools along, and it has no condition to turn round. */
    private static final String OBSERVE = "observe";

    /** What lint says of a pack and is meant, by its ids. */
    private static final Map<String, Set<String>> MEANT = Map.of(
            // It allows everything: that is what it is for. Without a tool there is no case.
            OBSERVE, Set.of("W016", "W020"));

    @Test
    void areFound() throws IOException {
        assertThat(Packs.names()).contains("banking", "billing-support", OBSERVE, "travel");
    }

    /** Two rules of one name cannot be active together. */
    @Test
    void giveEachRuleANameOfItsOwn() throws IOException {
        Map<String, Set<String>> packsByRule = new TreeMap<>();
        for (String pack : Packs.names()) {
            Packs.report(pack)
                    .coverage()
                    .rules()
                    .forEach(rule -> packsByRule
                            .computeIfAbsent(rule.name(), any -> new TreeSet<>())
                            .add(pack));
        }
        assertThat(packsByRule.values()).filteredOn(packs -> packs.size() > 1).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> areListed() throws IOException {
        String list = Packs.text(Packs.folder("README.md"));
        return but(
                "",
                pack -> assertThat(list)
                        .contains("| [" + pack + "](" + pack + ") | "
                                + Packs.bundle(pack).description() + " |"));
    }

    @TestFactory
    Stream<DynamicTest> bringTheirToolsAlong() throws IOException {
        return Packs.names().stream()
                .filter(pack -> !isAboutWhateverToolsThereAre(pack))
                .map(pack -> DynamicTest.dynamicTest(
                        pack,
                        () -> assertThat(Packs.tools(pack))
                                .as("rules/packs/tools/" + pack + ".yaml")
                                .isInstanceOf(ToolSet.Given.class)));
    }

    @TestFactory
    Stream<DynamicTest> decideEachOfTheirCasesAsWritten() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String pack : Packs.names()) {
            TestReport report = Packs.report(pack);
            tests.add(DynamicTest.dynamicTest(
                    pack + " compiles", () -> assertThat(report.problems()).isEmpty()));
            report.cases()
                    .forEach(run -> tests.add(DynamicTest.dynamicTest(
                            pack + ": " + run.result().name(),
                            () -> assertThat(run.result())
                                    .withFailMessage(() -> run.result().toString())
                                    .isInstanceOf(CaseResult.Passed.class))));
        }
        return tests.stream();
    }

    /** Cases are shown by an engine that watches; calls are decided by one that does not. */
    @TestFactory
    Stream<DynamicTest> decideTheSameUnwatched() throws IOException {
        return but("", pack -> {
            List<CaseResult> watched =
                    Packs.report(pack).cases().stream().map(CaseRun::result).toList();
            List<CaseResult> unwatched = PolicyCompiler.compile(
                            Packs.bundle(pack), Packs.tools(pack).definitions())
                    .fold(
                            engine -> {
                                try (engine) {
                                    return PolicyCases.run(
                                            engine, Packs.tools(pack).definitions());
                                }
                            },
                            problems -> List.of());
            assertThat(unwatched).isEqualTo(watched);
        });
    }

    @TestFactory
    Stream<DynamicTest> haveACaseThatEachRuleDecides() throws IOException {
        return but(
                OBSERVE,
                pack -> assertThat(Packs.report(pack).coverage().rules())
                        .isNotEmpty()
                        .filteredOn(rule -> !rule.isCovered())
                        .isEmpty());
    }

    @TestFactory
    Stream<DynamicTest> giveLintNothingToWarnOf() throws IOException {
        return but(
                "",
                pack -> assertThat(Lint.check(Packs.bundle(pack), Packs.tools(pack)))
                        .filteredOn(finding -> finding.check().level() != LintCheck.Level.INFO)
                        .filteredOn(finding -> !MEANT.getOrDefault(pack, Set.of())
                                .contains(finding.check().id()))
                        .isEmpty());
    }

    @TestFactory
    Stream<DynamicTest> noticeWhenAConditionIsTurnedRound() throws IOException {
        return but(OBSERVE, pack -> {
            MutationReport report = MutationReport.of(Packs.report(pack));
            System.out.printf(
                    "%s: mutation score %d %%, %d of %d edges%n",
                    pack,
                    report.score(),
                    report.noticed(MutationReport.Kind.BOUNDARY),
                    report.changed(MutationReport.Kind.BOUNDARY));
            assertThat(report.mutants()).isNotEmpty();
            assertThat(report.score())
                    .as(() -> report.survivors(MutationReport.Kind.FLIP).toString())
                    .isGreaterThanOrEqualTo(WANTED_SCORE);
        });
    }

    @TestFactory
    Stream<DynamicTest> sayWhatTheyAreForAndWhichControlsTheyServe() throws IOException {
        return but(OBSERVE, pack -> {
            assertThat(Packs.folder(pack).resolve("README.md")).exists();
            assertThat(Files.readString(Packs.folder(pack).resolve("README.md")))
                    .startsWith("# " + pack + "\n")
                    .contains("## Controls", "ASI0", "AISVS");
        });
    }

    private static boolean isAboutWhateverToolsThereAre(String pack) {
        return Packs.bundle(pack).scope().covers(ToolName.parse("any.tool"));
    }

    private interface Claim {
        void check(String pack) throws IOException;
    }

    private static Stream<DynamicTest> but(String one, Claim claim) throws IOException {
        return Packs.names().stream()
                .filter(pack -> !pack.equals(one))
                .map(pack -> DynamicTest.dynamicTest(pack, () -> claim.check(pack)));
    }
}
