package dev.writ.rules;

import dev.writ.model.Decision;
import dev.writ.model.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How well a bundle's cases know its rules: each condition is turned round, one at a time, and a case should come out otherwise. What
 * {@link Coverage} calls seen may still make no difference; this tells.
 *
 * <p>A change that can make no difference, since another rule says the same of all such calls, counts as one that no case noticed:
 * nobody can tell the two apart without trying every call.
 *
 * @param mutants by rule, in the order in which they are written
 */
public record MutationReport(List<Mutant> mutants) {

    public MutationReport {
        mutants = List.copyOf(mutants);
    }

    /** What is changed. */
    public enum Kind {
        /** A whole condition, into its opposite: a case has to notice. */
        FLIP,
        /** Its edge: {@code <} for {@code <=}, 51 for 50, one value less in a list, a window shorter by a second. */
        BOUNDARY
    }

    /**
     * A rule with one thing changed.
     *
     * @param condition what is changed, in canonical form
     * @param instead what stands there then
     * @param advice which case would notice it, after "add a case"
     * @param noticed the first case that did
     */
    public record Mutant(
            String rule,
            String file,
            int line,
            int column,
            Kind kind,
            String condition,
            String instead,
            String advice,
            Optional<String> noticed) {}

    /**
     * Changes what can be changed.
     *
     * @param report of the bundle as it is, in which every case came out as written
     */
    public static MutationReport of(TestReport report) {
        if (!report.isPassed()) {
            throw new IllegalArgumentException("cases that fail already notice nothing");
        }
        List<BundleProblem> none = new ArrayList<>();
        PolicyBundle bundle = report.bundle();
        Checking checking =
                new Checking(new Tools(report.tools().definitions(), bundle.scope()), new HashSet<>(bundle.groups()));
        List<RuleSyntax> rules = PolicyCompiler.rules(bundle, none);
        List<CompiledRule> compiled =
                rules.stream().flatMap(rule -> checking.check(rule).stream()).toList();
        List<JudgedCase> cases = PolicyCases.read(bundle, report.tools().definitions(), none).stream()
                .filter(it -> bundle.scope().covers(it.facts().call().tool()))
                .map(it -> JudgedCase.of(it, compiled))
                .toList();
        List<Mutant> mutants = new ArrayList<>();
        for (CompiledRule rule : compiled) {
            RuleMutations.of(rule.syntax())
                    .forEach(change -> checking.check(change.changed())
                            .ifPresent(changed -> mutants.add(mutant(rule, changed, change.mutation(), cases))));
        }
        return new MutationReport(mutants);
    }

    /** What rules are checked against. */
    private record Checking(Tools tools, Set<String> groups) {

        /** Empty if the rule makes no sense: not every change does. */
        Optional<CompiledRule> check(RuleSyntax rule) {
            List<BundleProblem> problems = new ArrayList<>();
            CompiledRule compiled = RuleChecker.check(rule, tools, groups, problems, Recall.ANEW, Watch.NONE);
            return problems.isEmpty() ? Optional.of(compiled) : Optional.empty();
        }
    }

    /** A case and what each rule says of it, so that only the changed one is asked again. */
    private record JudgedCase(PolicyCase policyCase, List<Verdict> verdicts) {

        static JudgedCase of(PolicyCase policyCase, List<CompiledRule> rules) {
            return new JudgedCase(
                    policyCase,
                    rules.stream()
                            .filter(rule ->
                                    rule.isAbout(policyCase.facts().call().tool()))
                            .flatMap(rule -> rule.judge(policyCase.facts()).stream())
                            .toList());
        }

        boolean notices(CompiledRule rule, CompiledRule changed) {
            Optional<Verdict> before = verdicts.stream()
                    .filter(verdict -> verdict.rule().equals(rule.id()))
                    .findFirst();
            Optional<Verdict> after = changed.isAbout(policyCase.facts().call().tool())
                    ? changed.judge(policyCase.facts())
                    : Optional.empty();
            if (after.equals(before)) {
                return false;
            }
            List<Verdict> said = new ArrayList<>(verdicts);
            before.ifPresent(said::remove);
            after.ifPresent(said::add);
            Decision decision = Decision.combine(
                    said, policyCase.facts().grants(), policyCase.facts().now());
            return !policyCase.expectation().isMetBy(decision);
        }
    }

    private static Mutant mutant(CompiledRule rule, CompiledRule changed, Mutation mutation, List<JudgedCase> cases) {
        Optional<String> noticed = cases.stream()
                .filter(judged -> judged.notices(rule, changed))
                .findFirst()
                .map(judged -> judged.policyCase().name());
        return new Mutant(
                rule.id(),
                mutation.place().file(),
                mutation.place().line(),
                mutation.place().column(),
                mutation.kind(),
                mutation.condition(),
                mutation.instead(),
                mutation.advice(),
                noticed);
    }

    /** How many things of that kind were changed. */
    public long changed(Kind kind) {
        return mutants.stream().filter(mutant -> mutant.kind() == kind).count();
    }

    /** How many of them a case noticed. */
    public long noticed(Kind kind) {
        return changed(kind) - survivors(kind).size();
    }

    /** Those that no case noticed. */
    public List<Mutant> survivors(Kind kind) {
        return mutants.stream()
                .filter(mutant -> mutant.kind() == kind && mutant.noticed().isEmpty())
                .toList();
    }

    /** Of the conditions that were turned round, the share that a case noticed, in whole per cent and never rounded up. */
    public int score() {
        long flips = changed(Kind.FLIP);
        return flips == 0 ? 100 : (int) (100 * noticed(Kind.FLIP) / flips);
    }
}
