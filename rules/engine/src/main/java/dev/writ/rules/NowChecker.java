package dev.writ.rules;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns {@code Now( zone == "Europe/Berlin", ... )} into a condition: when is it there, at the time of the decision? */
final class NowChecker {

    private static final String ZONE = "zone";

    private NowChecker() {}

    static Condition check(RuleSyntax.Pattern.Single now, TermChecker terms) {
        ZoneId zone = ZoneOffset.UTC;
        List<RuleSyntax.Constraint> rest = new ArrayList<>();
        boolean chosen = false;
        for (RuleSyntax.Constraint constraint : now.constraints()) {
            Optional<Term.Text> named = chosen ? Optional.empty() : zoneNamed(constraint);
            if (named.isPresent()) {
                chosen = true;
                zone = zone(named.get(), terms.problems());
            } else {
                checkWithoutZone(constraint, terms.problems());
                rest.add(constraint);
            }
        }
        Condition there = new ConstraintChecker(terms, false).check(rest, PinnedTools.NONE);
        ZoneId seenFrom = zone;
        return evaluation -> {
            evaluation.seeFrom(seenFrom);
            return there.test(evaluation);
        };
    }

    /** Where the rule looks from: the zone that its {@code Now} names, UTC if it names none. */
    static ZoneId zone(RuleSyntax rule) {
        return rule.patterns().stream()
                .filter(pattern -> pattern instanceof RuleSyntax.Pattern.Single single && single.type() == FactType.NOW)
                .flatMap(pattern -> ((RuleSyntax.Pattern.Single) pattern).constraints().stream())
                .flatMap(constraint -> zoneNamed(constraint).stream())
                .flatMap(name -> LocalTimes.zone(name.value()).stream())
                .findFirst()
                .orElse(ZoneOffset.UTC);
    }

    private static Optional<Term.Text> zoneNamed(RuleSyntax.Constraint constraint) {
        return constraint instanceof RuleSyntax.Constraint.Comparison comparison
                        && isZone(comparison.left())
                        && comparison.operator() == Operator.EQUAL
                        && comparison.right() instanceof Term.Text name
                ? Optional.of(name)
                : Optional.empty();
    }

    private static ZoneId zone(Term.Text name, List<BundleProblem> problems) {
        return LocalTimes.zone(name.value()).orElseGet(() -> {
            problems.add(name.place()
                    .problem("there is no zone '" + name.value()
                            + "'; zones are called as in the IANA database, such as \"Europe/Berlin\" or \"UTC\""));
            return ZoneOffset.UTC;
        });
    }

    /** The zone decides what the rest means, so it is no condition like others. */
    private static void checkWithoutZone(RuleSyntax.Constraint constraint, List<BundleProblem> problems) {
        if (constraint instanceof RuleSyntax.Constraint.All all) {
            all.of().forEach(part -> checkWithoutZone(part, problems));
        } else if (constraint instanceof RuleSyntax.Constraint.Any any) {
            any.of().forEach(part -> checkWithoutZone(part, problems));
        } else if (constraint instanceof RuleSyntax.Constraint.Comparison comparison && isZone(comparison.left())) {
            problems.add(comparison
                    .place()
                    .problem("the zone is said once and for all of it: zone == \"Europe/Berlin\", and then a ','"));
        }
    }

    private static boolean isZone(Term term) {
        return term instanceof Term.Field field
                && field.name().equals(ZONE)
                && field.path().isEmpty();
    }
}
