package dev.writ.rules;

import dev.writ.model.Effect;
import dev.writ.model.Facts;
import dev.writ.model.Obligation;
import dev.writ.model.Requirement;
import dev.writ.model.Scope;
import dev.writ.model.ToolName;
import dev.writ.model.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A rule that makes sense, ready to be asked. Shared by all threads.
 *
 * @param tools of which the call may be; empty if of any in the bundle's scope
 * @param scopes whose earlier calls it looks back at
 * @param condition what must hold besides that
 * @param variables how many it has
 */
record CompiledRule(RuleSyntax syntax, Set<ToolName> tools, Set<Scope> scopes, Condition condition, int variables) {

    private static final String CANNOT_BE_JUDGED = "this rule cannot be judged: ";

    CompiledRule {
        tools = Set.copyOf(tools);
        scopes = Set.copyOf(scopes);
    }

    private List<Obligation> obligations() {
        if (syntax.opinion().obligations().isEmpty()) {
            return List.of();
        }
        return syntax.opinion().obligations().stream()
                .map(RuleSyntax.Obliged::obligation)
                .toList();
    }

    String id() {
        return syntax.name();
    }

    boolean isAbout(ToolName tool) {
        return tools.isEmpty() || tools.contains(tool);
    }

    /** What it says of a call of one of its tools; see {@link Truth}. */
    Optional<Verdict> judge(Facts facts) {
        return judge(facts, new Object[Evaluation.SHARED]);
    }

    /** @param shared as {@link Evaluation} has it */
    Optional<Verdict> judge(Facts facts, Object[] shared) {
        Evaluation evaluation = new Evaluation(facts, variables, shared);
        return switch (condition.test(evaluation)) {
            case FALSE -> Optional.empty();
            case DOUBT -> Optional.of(doubtful(evaluation.doubt()));
            case TRUE -> Optional.of(opinion(evaluation.witnesses()));
        };
    }

    /** The rule denied since it could not be judged. */
    static boolean isDoubtful(Verdict verdict) {
        return verdict.reason().startsWith(CANNOT_BE_JUDGED);
    }

    private Verdict opinion(List<Long> matched) {
        RuleSyntax.Opinion opinion = syntax.opinion();
        Optional<Requirement> requirement = opinion instanceof RuleSyntax.Opinion.Escalation escalation
                ? Optional.of(escalation.requirement())
                : Optional.empty();
        return new Verdict(opinion.effect(), id(), opinion.reason(), requirement, matched, obligations());
    }

    private Verdict doubtful(Doubt doubt) {
        return new Verdict(Effect.DENY, id(), CANNOT_BE_JUDGED + doubt.cause(), Optional.empty(), doubt.about());
    }
}
