package dev.writ.rules;

import dev.writ.model.ToolName;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Finds out what terms mean in one pattern, and reports those that mean nothing.
 *
 * @param type the fact whose fields can be read; empty where there is none
 * @param pinned the tools that the fact's call is of; empty if it may be any
 * @param zone of moments that say none
 * @param watch is shown every comparison
 */
record TermChecker(
        Optional<FactType> type,
        Set<ToolName> pinned,
        Variables variables,
        Tools tools,
        ZoneId zone,
        List<BundleProblem> problems,
        Watch watch) {

    private static final long DAY = Duration.ofDays(1).toSeconds();

    /** Empty if it makes no sense, which has been reported then. */
    Optional<Typed> check(Term term) {
        if (term instanceof Term.Text text) {
            return Optional.of(Typed.constant(term, ValueType.TEXT, text.value()));
        } else if (term instanceof Term.Decimal number) {
            return Optional.of(Typed.constant(term, ValueType.NUMBER, number.value()));
        } else if (term instanceof Term.Flag flag) {
            return Optional.of(Typed.constant(term, ValueType.FLAG, flag.value()));
        } else if (term instanceof Term.Variable variable) {
            return variable(variable);
        } else if (term instanceof Term.Field field) {
            return field(field);
        } else if (term instanceof Term.Sum sum) {
            return sum(sum);
        } else if (term instanceof Term.Common common) {
            return common(common);
        } else if (term instanceof Term.Span) {
            return report(term, "a duration is added to a date or a moment: $created + 24h");
        } else {
            return report(term, "a list of values stands only at the right of 'in'");
        }
    }

    boolean speaksAbout() {
        return isAbout(FactType.TOOL_CALL);
    }

    boolean isAbout(FactType fact) {
        return type.filter(fact::equals).isPresent();
    }

    private Optional<Typed> variable(Term.Variable term) {
        Optional<Variables.Variable> variable = variables.use(term.name());
        if (variable.isEmpty()) {
            return report(
                    term,
                    "nothing visible here is called " + term.name() + "; "
                            + Nearest.hint(term.name(), variables.names()));
        }
        int slot = variable.get().slot();
        return Optional.of(new Typed(term, variable.get().type(), evaluation -> evaluation.variable(slot), List.of()));
    }

    private Optional<Typed> field(Term.Field term) {
        if (type.isEmpty()) {
            return report(term, "here only $variables and literals can be compared, not '" + term.name() + "'");
        }
        Optional<FactField> field = FactFields.of(type.get(), term.name());
        if (field.isEmpty()) {
            List<String> names =
                    FactFields.of(type.get()).stream().map(FactField::name).toList();
            return report(
                    term, type.get().written() + " has no '" + term.name() + "'; " + Nearest.hint(term.name(), names));
        }
        if (field.get() instanceof FactField.Plain plain) {
            return term.path().isPresent()
                    ? report(term, "'" + plain.name() + "' takes no path; write it without parentheses")
                    : Optional.of(new Typed(term, plain.type(), plain.reading(), plain.vocabulary()));
        }
        return at(term, (FactField.At) field.get());
    }

    private Optional<Typed> at(Term.Field term, FactField.At field) {
        Optional<JsonPath> path = term.path().flatMap(JsonPath::parse);
        if (path.isEmpty()) {
            return report(
                    term, "'" + field.name() + "' takes a path, such as " + field.name() + "(\"payment.amount\")");
        }
        if (path.get().isThroughItems() && field.read() != ValueType.LIST) {
            return report(term, Tools.THROUGH_ITEMS);
        }
        if (field.source().isArguments()) {
            Optional<String> problem =
                    tools.problemWith(pinned, speaksAbout(), field, term.path().orElseThrow());
            if (problem.isPresent()) {
                return report(term, problem.get());
            }
        }
        return Optional.of(new Typed(term, field.type(), reading(field, path.get()), List.of()));
    }

    private Optional<Typed> common(Term.Common common) {
        Optional<Typed> of = list(common.of());
        Optional<Typed> in = list(common.in());
        return of.flatMap(items -> in.map(whole -> new Typed(
                common,
                ValueType.NUMBER,
                evaluation -> {
                    Object first = items.reading().in(evaluation);
                    Object second = whole.reading().in(evaluation);
                    return first == Undefined.UNDEFINED || second == Undefined.UNDEFINED
                            ? Undefined.UNDEFINED
                            : BigDecimal.valueOf(Comparisons.common(first, second));
                },
                List.of())));
    }

    private Optional<Typed> list(Term term) {
        Optional<Typed> typed = check(term);
        if (typed.isPresent() && typed.get().isScalar()) {
            return report(
                    term, RulePrinter.term(term) + " is a " + typed.get().type().written() + "; a list is needed");
        }
        return typed;
    }

    /** A date or a moment, sooner or later. */
    private Optional<Typed> moved(Term.Sum sum, Term.Span span) {
        Optional<Typed> from = check(sum.left());
        if (from.isEmpty()) {
            return from;
        }
        Duration by = sum.plus() ? span.length() : span.length().negated();
        Reading start = from.get().reading();
        return switch (from.get().type()) {
            case MOMENT ->
                Optional.of(new Typed(
                        sum,
                        ValueType.MOMENT,
                        evaluation ->
                                start.in(evaluation) instanceof Instant moment ? moment.plus(by) : Undefined.UNDEFINED,
                        List.of()));
            case DATE ->
                by.toSeconds() % DAY == 0
                        ? Optional.of(new Typed(
                                sum,
                                ValueType.DATE,
                                evaluation -> start.in(evaluation) instanceof LocalDate date
                                        ? date.plusDays(by.toDays())
                                        : Undefined.UNDEFINED,
                                List.of()))
                        : report(span, "to a date whole days are added, such as 30d");
            default ->
                report(
                        sum.left(),
                        RulePrinter.term(sum.left()) + " is a "
                                + from.get().type().written() + "; a duration is added to a date or a moment");
        };
    }

    private Reading reading(FactField.At field, JsonPath path) {
        Reading reading = field.reading(path, zone);
        OptionalInt slot = speaksAbout() ? tools.shared(field, path, zone) : OptionalInt.empty();
        if (slot.isEmpty()) {
            return reading;
        }
        int at = slot.getAsInt();
        return evaluation -> evaluation.shared(at, reading);
    }

    private Optional<Typed> sum(Term.Sum sum) {
        if (sum.right() instanceof Term.Span span) {
            return moved(sum, span);
        }
        Optional<Typed> left = number(sum.left());
        Optional<Typed> right = number(sum.right());
        if (left.isEmpty() || right.isEmpty()) {
            return Optional.empty();
        }
        Reading first = left.get().reading();
        Reading second = right.get().reading();
        boolean plus = sum.plus();
        return Optional.of(new Typed(
                sum,
                ValueType.NUMBER,
                evaluation -> {
                    Object a = first.in(evaluation);
                    Object b = second.in(evaluation);
                    return a instanceof BigDecimal x && b instanceof BigDecimal y
                            ? plus ? x.add(y) : x.subtract(y)
                            : Undefined.UNDEFINED;
                },
                List.of()));
    }

    /** As {@link #check}, of a term that has to be a number. */
    Optional<Typed> number(Term term) {
        Optional<Typed> typed = check(term);
        if (typed.isPresent() && typed.get().type() != ValueType.NUMBER) {
            return report(
                    term, RulePrinter.term(term) + " is a " + typed.get().type().written() + "; a number is needed");
        }
        return typed;
    }

    private Optional<Typed> report(Term term, String message) {
        problems.add(term.place().problem(message));
        return Optional.empty();
    }
}
