package dev.writ.rules;

import dev.writ.model.Effect;
import dev.writ.model.Scope;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds out what one rule means, and reports what in it makes no sense. */
final class RuleChecker {

    /** Rule ids of denials that no rule gave. */
    private static final String RESERVED = "writ:";

    /** What a count reads of each call. */
    private static final Typed ONE =
            Typed.constant(new Term.Decimal(BigDecimal.ONE, new Place("", 1, 1)), ValueType.NUMBER, BigDecimal.ONE);

    private final RuleSyntax rule;
    private final ZoneId zone;
    private final Tools tools;
    private final Set<String> groups;
    private final List<BundleProblem> problems;
    private final Recall recall;
    private final Watch watch;
    private final Variables variables = new Variables();
    private final Set<Scope> scopes = EnumSet.noneOf(Scope.class);

    private RuleChecker(
            RuleSyntax rule,
            Tools tools,
            Set<String> groups,
            List<BundleProblem> problems,
            Recall recall,
            Watch watch) {
        this.rule = rule;
        this.zone = NowChecker.zone(rule);
        this.tools = tools;
        this.groups = groups;
        this.problems = problems;
        this.recall = recall;
        this.watch = watch;
    }

    /**
     * The rule, ready to be asked; of no use if problems were reported.
     *
     * @param groups to which its bundle may route escalations
     */
    static CompiledRule check(
            RuleSyntax rule,
            Tools tools,
            Set<String> groups,
            List<BundleProblem> problems,
            Recall recall,
            Watch watch) {
        return new RuleChecker(rule, tools, groups, problems, recall, watch).check();
    }

    private CompiledRule check() {
        watch.rule(rule);
        checkName();
        checkShape();
        checkOpinion();
        List<Step> steps = rule.patterns().stream().map(this::step).toList();
        Condition condition = Condition.ALWAYS;
        for (int i = steps.size() - 1; i >= 0; i--) {
            condition = steps.get(i).before(condition);
        }
        return new CompiledRule(rule, toolCall().tools(), scopes, condition, variables.count());
    }

    private PinnedTools toolCall() {
        return rule.patterns().stream()
                .filter(pattern -> isOf(FactType.TOOL_CALL, pattern))
                .map(pattern -> PinnedTools.in(((RuleSyntax.Pattern.Single) pattern).constraints()))
                .findFirst()
                .orElse(PinnedTools.NONE);
    }

    private void checkName() {
        if (rule.name().isBlank() || rule.name().length() > Limits.RULE_NAME_CHARS) {
            report(
                    rule.place(),
                    "a rule's name is its id in every record; it has 1 to " + Limits.RULE_NAME_CHARS + " characters");
        }
        if (rule.name().startsWith(RESERVED)) {
            report(rule.place(), "names that start with '" + RESERVED + "' are those of Writ's own denials");
        }
        if (rule.name().chars().anyMatch(Character::isISOControl)) {
            report(rule.place(), "a rule's name is its id in every record; it holds no control character");
        }
    }

    private void checkShape() {
        List<RuleSyntax.Pattern> patterns = rule.patterns();
        if (patterns.isEmpty() || !isOf(FactType.TOOL_CALL, patterns.get(0))) {
            Place place = patterns.isEmpty() ? rule.place() : patterns.get(0).place();
            report(place, "a rule starts with one ToolCall( ... ), the call it is about");
        }
        for (FactType type : List.of(FactType.TOOL_CALL, FactType.PRINCIPAL, FactType.TOOL, FactType.NOW)) {
            patterns.stream()
                    .filter(pattern -> isOf(type, pattern))
                    .skip(1)
                    .forEach(again -> report(
                            again.place(),
                            "there is one " + type.written() + "; put all constraints into its first pattern"));
        }
        if (patterns.size() > Limits.PATTERNS_PER_RULE) {
            report(rule.place(), "a rule has at most " + Limits.PATTERNS_PER_RULE + " patterns");
        }
    }

    private static boolean isOf(FactType type, RuleSyntax.Pattern pattern) {
        return pattern instanceof RuleSyntax.Pattern.Single single && single.type() == type;
    }

    private void checkOpinion() {
        if (rule.opinion().reason().isBlank()) {
            report(rule.place(), "the reason is what people and agents are told; say why");
        }
        new ObligationChecker(toolCall().tools(), tools, groups, problems)
                .check(rule.opinion().obligations());
        if (rule.opinion() instanceof RuleSyntax.Opinion.Escalation escalation) {
            checkGroup(escalation.requirement().group(), escalation.groupPlace());
            escalation.further().forEach(next -> checkGroup(next.rung().group(), next.place()));
        }
    }

    private void checkGroup(String group, Place place) {
        if (!groups.contains(group)) {
            report(place, "bundle.yaml lists no group '" + group + "'; " + Nearest.hint(group, groups));
        }
    }

    /** A pattern that knows how to go on with those below it. */
    private interface Step {
        Condition before(Condition rest);
    }

    private Step step(RuleSyntax.Pattern pattern) {
        if (pattern instanceof RuleSyntax.Pattern.Single single) {
            return watch.pattern(pattern, single(single))::and;
        } else if (pattern instanceof RuleSyntax.Pattern.Join join) {
            Asked asked = asked(join.events(), variables, false);
            return rest -> watch.pattern(pattern, found(search(join.events(), asked, rest)));
        } else if (pattern instanceof RuleSyntax.Pattern.Exists exists) {
            Asked asked = asked(exists.events(), variables.inner(), false);
            return watch.pattern(pattern, found(search(exists.events(), asked, Condition.ALWAYS)))::and;
        } else if (pattern instanceof RuleSyntax.Pattern.Absent absent) {
            return watch.pattern(pattern, absent(absent))::and;
        } else if (pattern instanceof RuleSyntax.Pattern.Every every) {
            return watch.pattern(pattern, every(every))::and;
        } else if (pattern instanceof RuleSyntax.Pattern.OfOrigin origin) {
            return watch.pattern(pattern, origin(origin.constraints(), variables.inner(), false))::and;
        } else if (pattern instanceof RuleSyntax.Pattern.NoOrigin origin) {
            return watch.pattern(pattern, noOrigin(origin))::and;
        } else {
            return accumulate((RuleSyntax.Pattern.Accumulate) pattern);
        }
    }

    private Condition single(RuleSyntax.Pattern.Single single) {
        if (single.type() == FactType.NOW) {
            return NowChecker.check(single, terms(Optional.of(FactType.NOW), PinnedTools.NONE, variables));
        }
        PinnedTools pinned =
                single.type() == FactType.TOOL_CALL ? PinnedTools.in(single.constraints()) : PinnedTools.NONE;
        return new ConstraintChecker(terms(Optional.of(single.type()), pinned, variables), false)
                .check(single.constraints(), pinned);
    }

    /** A rule that allows wants evidence; one that restricts must not be silenced by what was forgotten. */
    private Condition found(EventSearch search) {
        return rule.opinion().effect() == Effect.ALLOW ? search::among : search::amongAll;
    }

    private Condition absent(RuleSyntax.Pattern.Absent absent) {
        Set<String> outside = variables.names();
        Variables inner = variables.inner();
        EventSearch none = search(absent.events(), asked(absent.events(), inner, true), Condition.ALWAYS);
        return defined(outside, inner).then(none(none));
    }

    /** There is none that is like the first and not like the second. */
    private Condition every(RuleSyntax.Pattern.Every every) {
        Set<String> outside = variables.names();
        Variables inner = variables.inner();
        Asked first = asked(every.events(), inner, true);
        PinnedTools pinned = PinnedTools.in(every.events().constraints());
        Condition second = new ConstraintChecker(terms(Optional.of(FactType.PAST), pinned, inner), true)
                .check(every.also(), PinnedTools.NONE);
        Condition breaking =
                first.matching().and(evaluation -> second.test(evaluation).not());
        boolean readsContents = first.readsContents() || Contents.areReadBy(every.also());
        EventSearch none = search(every.events(), new Asked(breaking, first.sieve(), readsContents), Condition.ALWAYS);
        return defined(outside, inner).then(none(none));
    }

    private static Condition none(EventSearch search) {
        return evaluation -> {
            int witnesses = evaluation.witnessCount();
            Truth found = search.amongAll(evaluation);
            evaluation.forgetWitnesses(witnesses);
            return found.not();
        };
    }

    private OriginSearch origin(List<RuleSyntax.Constraint> constraints, Variables inner, boolean strict) {
        TermChecker terms = terms(Optional.of(FactType.ORIGIN), toolCall(), inner);
        return new OriginSearch(new ConstraintChecker(terms, strict).check(constraints, PinnedTools.NONE));
    }

    private Condition noOrigin(RuleSyntax.Pattern.NoOrigin pattern) {
        Set<String> outside = variables.names();
        Variables inner = variables.inner();
        Condition none = origin(pattern.constraints(), inner, true).none();
        return defined(outside, inner).then(none);
    }

    private Step accumulate(RuleSyntax.Pattern.Accumulate accumulate) {
        Set<String> outside = variables.names();
        Variables inner = variables.inner();
        RuleSyntax.Events events = accumulate.events();
        Asked asked = asked(events, inner, true);
        TermChecker read = terms(Optional.of(FactType.PAST), PinnedTools.in(events.constraints()), inner);
        List<EventFold.Result> results = accumulate.functions().stream()
                .flatMap(function -> result(function, read).stream())
                .toList();
        Variables after = variables.inner();
        Condition conditions = new ConstraintChecker(terms(Optional.empty(), PinnedTools.NONE, after), false)
                .check(accumulate.conditions(), PinnedTools.NONE);
        boolean isAlone = accumulate.functions().stream()
                .flatMap(function -> function.of().stream())
                .allMatch(new Sieving(outside)::isAlone);
        boolean readsContents = asked.readsContents()
                || accumulate.functions().stream()
                        .flatMap(function -> function.of().stream())
                        .anyMatch(Contents::areReadBy);
        String name = asked.sieve().text() + " "
                + accumulate.functions().stream().map(RulePrinter::function).toList();
        Condition fold = watch.fold(new EventFold(
                selection(events, readsContents),
                asked.matching(),
                asked.sieve(),
                isAlone,
                results,
                name,
                RulePrinter.events(events)));
        return rest ->
                defined(outside, inner).and(defined(outside, after)).then(fold).then(conditions.and(rest));
    }

    private Optional<EventFold.Result> result(RuleSyntax.Function function, TermChecker terms) {
        Optional<Typed> read = function.of().stream()
                .findFirst()
                .map(term -> function.aggregate() == Aggregate.LAST ? terms.check(term) : terms.number(term))
                .orElse(Optional.of(ONE));
        Optional<Reading> of = read.map(Typed::reading);
        Optional<Variables.Variable> variable =
                variables.declare(function.variable(), read.map(Typed::type).orElse(ValueType.NUMBER));
        if (variable.isEmpty()) {
            report(function.place(), Variables.taken(function.variable()));
        }
        return of.flatMap(reading -> variable.map(declared ->
                new EventFold.Result(declared.slot(), function.aggregate(), reading, RulePrinter.function(function))));
    }

    /**
     * What is asked of an earlier call itself.
     *
     * @param sieve as much of it as depends on that call alone
     * @param readsContents it asks for arguments or extracts
     */
    private record Asked(Condition matching, Sieve sieve, boolean readsContents) {}

    private Asked asked(RuleSyntax.Events events, Variables scope, boolean strict) {
        scopes.add(events.scope());
        Sieving sieving = new Sieving(scope.names());
        PinnedTools pinned = PinnedTools.in(events.constraints());
        ConstraintChecker checker = new ConstraintChecker(terms(Optional.of(FactType.PAST), pinned, scope), strict);
        List<Condition> each = checker.each(events.constraints(), pinned);
        Condition matching = each.stream().reduce(Condition.ALWAYS, Condition::and);
        return new Asked(
                matching, recall.of(sieving.of(events, each, checker)), Contents.areReadBy(events.constraints()));
    }

    /** All variables from outside that a negation or aggregation uses have a value, or it cannot be told. */
    private static Condition defined(Set<String> outside, Variables inside) {
        Condition all = Condition.ALWAYS;
        for (Variables.Variable variable : inside.used()) {
            if (outside.contains(variable.name())) {
                String cause = variable.name() + " is undefined";
                all = all.and(evaluation -> evaluation.variable(variable.slot()) == Undefined.UNDEFINED
                        ? evaluation.doubtThat(cause)
                        : Truth.TRUE);
            }
        }
        return all;
    }

    private static EventSearch search(RuleSyntax.Events events, Asked asked, Condition rest) {
        return new EventSearch(
                selection(events, asked.readsContents()),
                asked.matching(),
                asked.sieve(),
                rest,
                RulePrinter.events(events));
    }

    private static EventSelection selection(RuleSyntax.Events events, boolean readsContents) {
        return new EventSelection(
                events.scope(),
                List.copyOf(PinnedTools.in(events.constraints()).tools()),
                events.window(),
                readsContents);
    }

    private TermChecker terms(Optional<FactType> type, PinnedTools pinned, Variables scope) {
        return new TermChecker(type, pinned.tools(), scope, tools, zone, problems, watch);
    }

    private void report(Place place, String message) {
        problems.add(place.problem(message));
    }
}
