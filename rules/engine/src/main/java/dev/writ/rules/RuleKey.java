package dev.writ.rules;

import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a rule asks of a call's own fields by {@code ==} and {@code in}, in its {@code ToolCall} pattern and with nothing but "and"
 * around it.
 *
 * @param fields that are compared, in an order that does not depend on the rule
 * @param values of those fields, each a combination that the rule allows
 */
record RuleKey(CompiledRule rule, List<Term.Field> fields, List<List<Object>> values) {

    /** Above, {@code in} is left to the rule itself. */
    private static final int MOST_COMBINATIONS = 64;

    private static final Set<ValueType> HASHED = Set.of(ValueType.NUMBER, ValueType.TEXT, ValueType.FLAG);

    RuleKey {
        fields = List.copyOf(fields);
        values = List.copyOf(values);
    }

    static RuleKey of(CompiledRule rule) {
        Map<String, Compared> compared = new TreeMap<>();
        int combinations = 1;
        for (RuleSyntax.Constraint constraint : constraints(rule)) {
            Optional<Compared> found = compared(constraint);
            if (found.isPresent() && !compared.containsKey(found.get().name())) {
                int more = found.get().values().size();
                if (combinations * more <= MOST_COMBINATIONS) {
                    combinations *= more;
                    compared.put(found.get().name(), found.get());
                }
            }
        }
        List<List<Object>> values = List.of(List.of());
        for (Compared field : compared.values()) {
            values = extended(values, field.values());
        }
        return new RuleKey(rule, compared.values().stream().map(Compared::field).toList(), values);
    }

    private record Compared(Term.Field field, List<Object> values) {
        String name() {
            return RulePrinter.term(field);
        }
    }

    /** Rules start with their one pattern of the call. */
    private static List<RuleSyntax.Constraint> constraints(CompiledRule rule) {
        List<RuleSyntax.Pattern> patterns = rule.syntax().patterns();
        return !patterns.isEmpty() && patterns.get(0) instanceof RuleSyntax.Pattern.Single call
                ? flat(call.constraints())
                : List.of();
    }

    private static List<RuleSyntax.Constraint> flat(List<RuleSyntax.Constraint> constraints) {
        return constraints.stream()
                .flatMap(constraint -> constraint instanceof RuleSyntax.Constraint.All all
                        ? flat(all.of()).stream()
                        : List.of(constraint).stream())
                .toList();
    }

    private static Optional<Compared> compared(RuleSyntax.Constraint constraint) {
        if (!(constraint instanceof RuleSyntax.Constraint.Comparison comparison)) {
            return Optional.empty();
        }
        Term left = comparison.left();
        Term right = comparison.right();
        if (comparison.operator() == Operator.EQUAL && right instanceof Term.Field) {
            left = comparison.right();
            right = comparison.left();
        }
        boolean equality = comparison.operator() == Operator.EQUAL || comparison.operator() == Operator.IN;
        if (!equality || !(left instanceof Term.Field field) || !isHashed(field)) {
            return Optional.empty();
        }
        List<Object> values = (right instanceof Term.Listed listed ? listed.values() : List.of(right))
                .stream().flatMap(term -> literal(term).stream()).distinct().toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(new Compared(field, values));
    }

    /** Its values are what literals are; a date is compared with a text and is none. */
    private static boolean isHashed(Term.Field field) {
        return !field.name().equals(FactFields.TOOL)
                && FactFields.of(FactType.TOOL_CALL, field.name())
                        .filter(found -> HASHED.contains(found.type()))
                        .isPresent();
    }

    private static Optional<Object> literal(Term term) {
        if (term instanceof Term.Text text) {
            return Optional.of(text.value());
        } else if (term instanceof Term.Decimal number) {
            return Optional.of(comparable(number.value()));
        } else {
            return term instanceof Term.Flag flag ? Optional.of(flag.value()) : Optional.empty();
        }
    }

    private static List<List<Object>> extended(List<List<Object>> beginnings, List<Object> next) {
        List<List<Object>> extended = new ArrayList<>();
        for (List<Object> beginning : beginnings) {
            for (Object value : next) {
                List<Object> longer = new ArrayList<>(beginning);
                longer.add(value);
                extended.add(List.copyOf(longer));
            }
        }
        return extended;
    }

    /** Equal exactly if the comparison {@code ==} of rules says so. */
    static Object comparable(Object value) {
        return value instanceof BigDecimal number ? number.stripTrailingZeros() : value;
    }

    /** How a field of the call is read; the rule was checked, so there is such a field. */
    static Reading reading(Term.Field field) {
        FactField found = FactFields.of(FactType.TOOL_CALL, field.name()).orElseThrow();
        if (found instanceof FactField.At at) {
            return at.reading(field.path().flatMap(JsonPath::parse).orElseThrow(), ZoneOffset.UTC);
        }
        return ((FactField.Plain) found).reading();
    }
}
