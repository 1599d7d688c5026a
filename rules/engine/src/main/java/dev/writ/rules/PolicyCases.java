package dev.writ.rules;

import dev.writ.model.Decision;
import dev.writ.model.ToolDefinition;
import dev.writ.model.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Runs the cases that a bundle brings along, in {@code cases/*.yaml}: facts, and what must come out. Needs no server and no
 * database.
 *
 * <pre>{@code
 * - name: small refund is allowed
 *   call: { tool: billing.refund, arguments: { amount: 20, order: A-1 }, session: s-1, purpose: duplicate charge }
 *   principal: { agent: support-bot, onBehalfOf: ana, roles: [agent], assurance: api-key }
 *   history:
 *     - { tool: crm.lookup, ago: 2m, arguments: { customer: c-1 }, verdict: allow, outcome: succeeded,
 *         extracts: { card: c-9 }, labels: [untrusted], session: s-1 }
 *   now: 2026-12-24T10:00:00Z
 *   origins: { amount: nowhere, order: user, note: { source: untrusted, tainted: true } }
 *   expect: allow            # allow | deny | escalate
 *   rules: [ "small refund" ]
 *   obligations: [ { mask: card }, { set: currency, to: EUR }, { redact: iban }, { cap: items, at: 100 }, { label: untrusted } ]
 * }</pre>
 *
 * <p>{@code call} may give its tool {@code effects: { risk: high, reversible: false, outbound: true, readOnly: false }}, in place of
 * those it has. Then the case is about any tool of such effects, and tools that it names need not exist.
 *
 * <p>{@code times: 20} in an earlier call stands for twenty that are alike.
 *
 * <p>Only {@code name}, {@code call.tool}, {@code principal.agent}, {@code expect} and, of an earlier call, {@code tool} and {@code
 * ago} must be there. An earlier call is of the same agent for the same person, unless it says {@code agent} or {@code onBehalfOf}
 * of another: then it is seen only by rules that look back further, with {@code from entry-point}. Without them the role is {@code
 * agent}, the assurance {@code api-key}, the verdict {@code allow}, and the outcome {@code succeeded} if it was allowed and {@code
 * none} if not. {@code origins} say where arguments were seen before; those that are not named were seen nowhere, and {@code
 * untrusted} alone is tainted. {@code rules} are exactly the rules that decide, and {@code obligations} exactly what they and all
 * others that allow or escalate oblige to; without it any may. Without {@code now} the time of the call is always the same.
 */
public final class PolicyCases {

    static final Comparator<CaseResult> BY_PLACE =
            Comparator.comparing(CaseResult::file).thenComparing(CaseResult::line);

    private PolicyCases() {}

    /**
     * Runs all of them.
     *
     * @param tools that cases may call, by their pinned definition
     * @return one result per case, by file and line; a file or case that makes no sense is a failure
     */
    public static List<CaseResult> run(PolicyEngine engine, Collection<ToolDefinition> tools) {
        List<CaseResult> results = new ArrayList<>();
        List<BundleProblem> problems = new ArrayList<>();
        List<PolicyCase> cases = read(engine.bundle(), tools, problems);
        problems.forEach(problem -> results.add(unreadable(problem)));
        cases.forEach(policyCase -> results.add(result(policyCase, engine.evaluate(policyCase.facts()))));
        results.sort(BY_PLACE);
        return List.copyOf(results);
    }

    /** The cases that make sense; what does not is reported. */
    static List<PolicyCase> read(PolicyBundle bundle, Collection<ToolDefinition> tools, List<BundleProblem> problems) {
        CaseReader reader = new CaseReader(tools);
        List<PolicyCase> cases = new ArrayList<>();
        bundle.texts(BundleFiles.CASES, BundleFiles.CASES_SUFFIX)
                .forEach((file, text) -> cases.addAll(reader.read(file, text, problems)));
        return cases;
    }

    static CaseResult unreadable(BundleProblem problem) {
        return new CaseResult.Failed(problem.file(), problem.file(), problem.line(), problem.message());
    }

    static CaseResult result(PolicyCase policyCase, Decision decision) {
        return policyCase.expectation().isMetBy(decision)
                ? new CaseResult.Passed(policyCase.name(), policyCase.file(), policyCase.line())
                : new CaseResult.Failed(
                        policyCase.name(),
                        policyCase.file(),
                        policyCase.line(),
                        "expected " + policyCase.expectation() + ", but it was " + shown(decision));
    }

    /** What came out, and by which rules, for people. */
    static String shown(Decision decision) {
        TreeSet<String> others = decision.verdicts().stream()
                .filter(verdict -> verdict.effect() != decision.effect())
                .map(PolicyCases::shown)
                .collect(Collectors.toCollection(TreeSet::new));
        String deciding = decision.deciding().isEmpty()
                ? decision.effect().text() + ", since no rule spoke"
                : decision.deciding().stream().map(PolicyCases::shown).collect(Collectors.joining("; "));
        String obliged = decision.obligations().isEmpty()
                ? ""
                : ", obliging to " + decision.obligations().toJson().toJson();
        return others.isEmpty()
                ? deciding + obliged
                : deciding + obliged + " (overruled: " + String.join("; ", others) + ")";
    }

    private static String shown(Verdict verdict) {
        return verdict.effect().text() + " by \"" + verdict.rule() + "\": " + verdict.reason();
    }
}
