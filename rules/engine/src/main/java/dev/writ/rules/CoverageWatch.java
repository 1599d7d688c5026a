package dev.writ.rules;

import dev.writ.model.Decision;
import dev.writ.model.Effect;
import dev.writ.model.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts what conditions come to. Belongs to one thread. */
final class CoverageWatch implements Watch {

    private final List<Seen> rules = new ArrayList<>();
    /** Each once, though a pattern may be read more than once. */
    private final Set<Object> known = Collections.newSetFromMap(new IdentityHashMap<>());

    private static final class Seen {
        private final RuleSyntax rule;
        private final List<Counted> conditions = new ArrayList<>();
        private int decided;
        private int doubted;

        Seen(RuleSyntax rule) {
            this.rule = rule;
        }

        Coverage.Rule toRule() {
            return new Coverage.Rule(
                    rule.name(),
                    rule.opinion().effect().text(),
                    rule.place().file(),
                    rule.place().line(),
                    decided,
                    doubted,
                    conditions.stream().map(Counted::toCondition).toList());
        }
    }

    private record Counted(String text, Place place, Condition condition, Map<Truth, Long> counts)
            implements Condition {
        @Override
        public Truth test(Evaluation evaluation) {
            Truth truth = condition.test(evaluation);
            counts.merge(truth, 1L, Long::sum);
            return truth;
        }

        Coverage.Condition toCondition() {
            return new Coverage.Condition(
                    text,
                    place.file(),
                    place.line(),
                    place.column(),
                    counts.getOrDefault(Truth.TRUE, 0L),
                    counts.getOrDefault(Truth.FALSE, 0L),
                    counts.getOrDefault(Truth.DOUBT, 0L));
        }
    }

    @Override
    public void rule(RuleSyntax written) {
        rules.add(new Seen(written));
        // Which tools a pattern is about is no condition that is tested: it is how the pattern is found.
        written.patterns()
                .forEach(pattern -> RuleWalk.constraintLists(pattern)
                        .forEach(constraints -> PinnedTools.in(constraints).by().ifPresent(known::add)));
    }

    @Override
    public Condition comparison(RuleSyntax.Constraint.Comparison written, Condition condition) {
        return counted(written, RulePrinter.constraint(written), written.place(), condition);
    }

    @Override
    public Condition pattern(RuleSyntax.Pattern written, Condition condition) {
        return written instanceof RuleSyntax.Pattern.Single
                ? condition
                : counted(written, RulePrinter.pattern(written), written.place(), condition);
    }

    private Condition counted(Object written, String text, Place place, Condition condition) {
        if (!known.add(written)) {
            return condition;
        }
        Counted counted = new Counted(text, place, condition, new EnumMap<>(Truth.class));
        rules.get(rules.size() - 1).conditions.add(counted);
        return counted;
    }

    /** Takes note of which rules decided a case. */
    void decided(Decision decision) {
        Set<String> deciding = new HashSet<>();
        Set<String> doubting = new HashSet<>();
        for (Verdict verdict : decision.deciding()) {
            deciding.add(verdict.rule());
        }
        for (Verdict verdict : decision.verdicts()) {
            if (verdict.effect() == Effect.DENY && CompiledRule.isDoubtful(verdict)) {
                doubting.add(verdict.rule());
            }
        }
        for (Seen seen : rules) {
            if (doubting.contains(seen.rule.name())) {
                seen.doubted++;
            } else if (deciding.contains(seen.rule.name())) {
                seen.decided++;
            }
        }
    }

    Coverage coverage() {
        return new Coverage(rules.stream().map(Seen::toRule).toList());
    }
}
