package dev.writ.gateway.startup;

import dev.writ.rules.BundleProblem;
import dev.writ.rules.CaseRun;
import dev.writ.rules.InvalidBundleException;
import dev.writ.rules.MutationReport;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.TestReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A folder that was tested.
 *
 * @param report absent if the folder holds no bundle
 * @param problems for which no case was run
 * @param mutation absent if it was not wanted, or not all cases came out as written
 */
record Tested(
        Path folder, Optional<TestReport> report, List<BundleProblem> problems, Optional<MutationReport> mutation) {

    Tested {
        problems = List.copyOf(problems);
    }

    static Tested of(Path folder, Function<PolicyBundle, TestReport> test) throws IOException {
        try {
            TestReport report = test.apply(PolicyFolders.read(folder));
            return new Tested(folder, Optional.of(report), report.problems(), Optional.empty());
        } catch (InvalidBundleException invalid) {
            return new Tested(folder, Optional.empty(), invalid.problems(), Optional.empty());
        }
    }

    /** With what its cases notice, if they come out as written. */
    Tested mutated() {
        return new Tested(
                folder, report, problems, report.filter(TestReport::isPassed).map(MutationReport::of));
    }

    /** The cases notice at least that share of what is changed, in per cent, or it was not wanted. */
    boolean isAtLeast(int score) {
        return mutation.map(found -> found.score() >= score).orElse(true);
    }

    String name() {
        return report.map(tested -> tested.bundle().name())
                .orElseGet(
                        () -> folder.toAbsolutePath().normalize().getFileName().toString());
    }

    List<CaseRun> cases() {
        return report.map(TestReport::cases).orElse(List.of());
    }

    long failed() {
        return report.map(TestReport::failed).orElse(0L);
    }

    boolean isPassed() {
        return problems.isEmpty() && failed() == 0;
    }
}
