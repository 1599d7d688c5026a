package dev.writ.rules;

import dev.writ.model.ToolName;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Finds out what terms mean in one pattern, and reports those that mean nothing.
 *
 * @param type the fact whose fields can be read; empty where there is none
 * @param pinned the tools that the fact's call is of; empty if it may be any
 * @param watch is shown every comparison
 */
record TermChecker(
        Optional<FactType> type,
        Set<ToolName> pinned,
        Variables variables,
        Tools tools,
        List<BundleProblem> problems,
        Watch watch) {

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
        if (field.source().isArguments()) {
            Optional<String> problem =
                    tools.problemWith(pinned, speaksAbout(), field, term.path().orElseThrow());
            if (problem.isPresent()) {
                return report(term, problem.get());
            }
        }
        return Optional.of(new Typed(term, field.type(), reading(field, path.get()), List.of()));
    }

    private Reading reading(FactField.At field, JsonPath path) {
        Reading reading = field.reading(path);
        OptionalInt slot = speaksAbout() ? tools.shared(field, path) : OptionalInt.empty();
        if (slot.isEmpty()) {
            return reading;
        }
        int at = slot.getAsInt();
        return evaluation -> evaluation.shared(at, reading);
    }

    private Optional<Typed> sum(Term.Sum sum) {
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
