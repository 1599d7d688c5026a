package dev.writ.rules;

import dev.writ.model.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All that can be changed about a rule, one at a time. Not all of what comes out makes sense; the checker tells. */
final class RuleMutations {

    private static final ConstraintMutations HERE = new ConstraintMutations(
            condition -> "that this rule decides, and one beside it in which only " + condition + " is otherwise");
    private static final ConstraintMutations PAST = new ConstraintMutations(
            condition -> "with an earlier call that is as the pattern says but for " + condition);
    private static final ConstraintMutations ORIGIN = new ConstraintMutations(
            condition -> "with an argument whose origin is as the pattern says but for " + condition);

    private RuleMutations() {}

    static Stream<Mutation.Of<RuleSyntax>> of(RuleSyntax rule) {
        Stream<Mutation.Of<RuleSyntax>> patterns = ConstraintMutations.one(rule.patterns(), RuleMutations::of)
                .map(change -> change.within(
                        changed -> new RuleSyntax(rule.name(), rule.notes(), changed, rule.opinion(), rule.place())));
        Stream<Mutation.Of<RuleSyntax>> opinions = opinion(rule.opinion())
                .map(change -> change.within(
                        changed -> new RuleSyntax(rule.name(), rule.notes(), rule.patterns(), changed, rule.place())));
        return Stream.concat(patterns, opinions);
    }

    private static Stream<Mutation.Of<RuleSyntax.Pattern>> of(RuleSyntax.Pattern pattern) {
        if (pattern instanceof RuleSyntax.Pattern.Single single) {
            return single(single);
        } else if (pattern instanceof RuleSyntax.Pattern.Join join) {
            return Stream.concat(
                    Stream.of(flipped(pattern, new RuleSyntax.Pattern.Absent(join.events(), join.place()))),
                    events(join.events(), PAST).map(change -> change.within(RuleSyntax.Pattern.Join::new)));
        } else if (pattern instanceof RuleSyntax.Pattern.Exists exists) {
            return Stream.concat(
                    Stream.of(flipped(pattern, new RuleSyntax.Pattern.Absent(exists.events(), exists.place()))),
                    events(exists.events(), PAST)
                            .map(change -> change.within(to -> new RuleSyntax.Pattern.Exists(to, exists.place()))));
        } else if (pattern instanceof RuleSyntax.Pattern.Absent absent) {
            return Stream.concat(
                    Stream.of(flipped(pattern, new RuleSyntax.Pattern.Exists(absent.events(), absent.place()))),
                    events(absent.events(), PAST)
                            .map(change -> change.within(to -> new RuleSyntax.Pattern.Absent(to, absent.place()))));
        } else if (pattern instanceof RuleSyntax.Pattern.Every every) {
            return every(every);
        } else if (pattern instanceof RuleSyntax.Pattern.Accumulate accumulate) {
            return accumulate(accumulate);
        } else {
            return origin(pattern);
        }
    }

    private static Stream<Mutation.Of<RuleSyntax.Pattern>> single(RuleSyntax.Pattern.Single single) {
        Stream<Mutation.Of<List<RuleSyntax.Constraint>>> constraints =
                single.type() == FactType.TOOL_CALL ? HERE.ofCall(single.constraints()) : HERE.of(single.constraints());
        return constraints.map(
                change -> change.within(to -> new RuleSyntax.Pattern.Single(single.type(), to, single.place())));
    }

    private static Stream<Mutation.Of<RuleSyntax.Pattern>> origin(RuleSyntax.Pattern pattern) {
        Place place = pattern.place();
        if (pattern instanceof RuleSyntax.Pattern.OfOrigin origin) {
            return Stream.concat(
                    Stream.of(flipped(pattern, new RuleSyntax.Pattern.NoOrigin(origin.constraints(), place))),
                    ORIGIN.of(origin.constraints())
                            .map(change -> change.within(to -> new RuleSyntax.Pattern.OfOrigin(to, place))));
        }
        List<RuleSyntax.Constraint> none = ((RuleSyntax.Pattern.NoOrigin) pattern).constraints();
        return Stream.concat(
                Stream.of(flipped(pattern, new RuleSyntax.Pattern.OfOrigin(none, place))),
                ORIGIN.of(none).map(change -> change.within(to -> new RuleSyntax.Pattern.NoOrigin(to, place))));
    }

    private static Stream<Mutation.Of<RuleSyntax.Pattern>> every(RuleSyntax.Pattern.Every every) {
        Stream<Mutation.Of<RuleSyntax.Pattern>> parts = Stream.concat(
                events(every.events(), PAST)
                        .map(change ->
                                change.within(to -> new RuleSyntax.Pattern.Every(to, every.also(), every.place()))),
                PAST.of(every.also())
                        .map(change ->
                                change.within(to -> new RuleSyntax.Pattern.Every(every.events(), to, every.place()))));
        boolean compares = every.also().stream().allMatch(RuleMutations::compares);
        return compares ? Stream.concat(Stream.of(flipped(every, breaking(every))), parts) : parts;
    }

    /** There is one that is like the first and not like the second. */
    private static RuleSyntax.Pattern breaking(RuleSyntax.Pattern.Every every) {
        RuleSyntax.Events events = every.events();
        List<RuleSyntax.Constraint> constraints = new ArrayList<>(events.constraints());
        constraints.add(negated(new RuleSyntax.Constraint.All(every.also())));
        return new RuleSyntax.Pattern.Exists(
                new RuleSyntax.Events(constraints, events.window(), events.scope(), events.place()), every.place());
    }

    private static boolean compares(RuleSyntax.Constraint constraint) {
        return !(constraint instanceof RuleSyntax.Constraint.Binding);
    }

    private static RuleSyntax.Constraint negated(RuleSyntax.Constraint constraint) {
        if (constraint instanceof RuleSyntax.Constraint.All all) {
            return new RuleSyntax.Constraint.Any(
                    all.of().stream().map(RuleMutations::negated).toList());
        } else if (constraint instanceof RuleSyntax.Constraint.Any any) {
            return new RuleSyntax.Constraint.All(
                    any.of().stream().map(RuleMutations::negated).toList());
        }
        return ConstraintMutations.opposite((RuleSyntax.Constraint.Comparison) constraint);
    }

    private static Stream<Mutation.Of<RuleSyntax.Pattern>> accumulate(RuleSyntax.Pattern.Accumulate accumulate) {
        return Stream.concat(
                events(accumulate.events(), PAST)
                        .map(change -> change.within(to -> new RuleSyntax.Pattern.Accumulate(
                                to, accumulate.functions(), accumulate.conditions(), accumulate.place()))),
                HERE.of(accumulate.conditions())
                        .map(change -> change.within(to -> new RuleSyntax.Pattern.Accumulate(
                                accumulate.events(), accumulate.functions(), to, accumulate.place()))));
    }

    private static Stream<Mutation.Of<RuleSyntax.Events>> events(
            RuleSyntax.Events events, ConstraintMutations constraints) {
        return Stream.of(
                        constraints
                                .of(events.constraints())
                                .map(change -> change.within(to ->
                                        new RuleSyntax.Events(to, events.window(), events.scope(), events.place()))),
                        windows(events),
                        scopes(events))
                .flatMap(Function.identity());
    }

    private static Stream<Mutation.Of<RuleSyntax.Events>> windows(RuleSyntax.Events events) {
        if (!(events.window() instanceof Window.Last last)) {
            return Stream.empty();
        }
        String condition = "over window:time(" + Durations.print(last.length()) + ")";
        Duration shorter = last.length().minusSeconds(1);
        Mutation.Of<RuleSyntax.Events> without = new Mutation.Of<>(
                new RuleSyntax.Events(events.constraints(), Window.ALL, events.scope(), events.place()),
                new Mutation(
                        MutationReport.Kind.FLIP,
                        events.place(),
                        condition,
                        "no window",
                        "with such a call longer ago than " + Durations.print(last.length())));
        return shorter.isZero()
                ? Stream.of(without)
                : Stream.of(
                        without,
                        new Mutation.Of<>(
                                new RuleSyntax.Events(
                                        events.constraints(), new Window.Last(shorter), events.scope(), events.place()),
                                new Mutation(
                                        MutationReport.Kind.BOUNDARY,
                                        events.place(),
                                        condition,
                                        "over window:time(" + Durations.print(shorter) + ")",
                                        "with such a call exactly " + Durations.print(last.length()) + " ago")));
    }

    private static Stream<Mutation.Of<RuleSyntax.Events>> scopes(RuleSyntax.Events events) {
        return events.scope() == Scope.IDENTITY
                ? Stream.empty()
                : Stream.of(new Mutation.Of<>(
                        new RuleSyntax.Events(events.constraints(), events.window(), Scope.IDENTITY, events.place()),
                        new Mutation(
                                MutationReport.Kind.FLIP,
                                events.place(),
                                "from entry-point "
                                        + RulePrinter.quote(events.scope().text()),
                                "no entry-point",
                                "with such a call of another agent or for another person")));
    }

    private static Stream<Mutation.Of<RuleSyntax.Opinion>> opinion(RuleSyntax.Opinion opinion) {
        List<RuleSyntax.Obliged> all = opinion.obligations();
        return IntStream.range(0, all.size()).mapToObj(i -> {
            List<RuleSyntax.Obliged> rest = new ArrayList<>(all);
            RuleSyntax.Obliged left = rest.remove(i);
            String text = RulePrinter.obligation(left.obligation());
            return new Mutation.Of<>(
                    with(opinion, rest),
                    new Mutation(
                            MutationReport.Kind.FLIP,
                            left.place(),
                            text,
                            "without it",
                            "that this rule decides, and list under 'obligations:' what it is bound to"));
        });
    }

    private static RuleSyntax.Opinion with(RuleSyntax.Opinion opinion, List<RuleSyntax.Obliged> obligations) {
        if (opinion instanceof RuleSyntax.Opinion.Escalation escalation) {
            return new RuleSyntax.Opinion.Escalation(
                    escalation.reason(),
                    escalation.requirement(),
                    escalation.groupPlace(),
                    obligations,
                    escalation.further());
        }
        return new RuleSyntax.Opinion.Plain(opinion.effect(), opinion.reason(), obligations);
    }

    private static Mutation.Of<RuleSyntax.Pattern> flipped(RuleSyntax.Pattern from, RuleSyntax.Pattern to) {
        return new Mutation.Of<>(
                to,
                new Mutation(
                        MutationReport.Kind.FLIP,
                        from.place(),
                        RulePrinter.pattern(from),
                        RulePrinter.pattern(to),
                        "that this rule alone decides"));
    }
}
