package dev.writ.rules;

import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a rule asks of the call itself, as alternatives. What it cannot reckon with is kept as it is or left out, so that conclusions
 * are drawn only from what is certain.
 *
 * @param cubes one of which is true whenever the rule speaks: what stands before its first pattern about anything else
 * @param complete the rule asks nothing besides
 */
record RuleShape(RuleSyntax rule, List<Cube> cubes, boolean complete) {

    private static final int MOST_CUBES = 64;

    /** Their values have more than one spelling. */
    private static final List<String> COMPARED_AS_THEY_COME = List.of("Now.", "ToolCall.date(", "ToolCall.moment(");

    RuleShape {
        cubes = List.copyOf(cubes);
    }

    static RuleShape of(RuleSyntax rule) {
        Reading reading = new Reading(rule.name(), NowChecker.zone(rule));
        List<Cube> cubes = List.of(Cube.EVERYTHING);
        // Where its exception allows, it says nothing.
        boolean complete = rule.notes(Exceptions.NOTE).isEmpty();
        for (RuleSyntax.Pattern pattern : rule.patterns()) {
            // What stands behind a pattern about earlier calls may never be asked, if that one is in doubt.
            if (!(pattern instanceof RuleSyntax.Pattern.Single single)) {
                complete = false;
                break;
            }
            cubes = conjunction(cubes, reading.all(single.type(), single.constraints()));
        }
        return new RuleShape(rule, cubes, complete);
    }

    /** The rule says nothing of any call whatever. */
    boolean isImpossible() {
        return cubes.stream().allMatch(Cube::isImpossible);
    }

    boolean isDecidable() {
        return cubes.stream().allMatch(Cube::isDecidable);
    }

    /** Whenever this rule speaks for what it says, the other's conditions hold. */
    boolean implies(RuleShape other) {
        return other.complete
                && !isImpossible()
                && cubes.stream()
                        .filter(cube -> !cube.isImpossible())
                        .allMatch(cube -> other.cubes.stream().anyMatch(cube::implies));
    }

    /** What it says, but for the reason: effect, approvals, duties. */
    String consequence() {
        String printed = RulePrinter.print(rule);
        String said = printed.substring(printed.lastIndexOf("\nthen\n"));
        return said.replace(RulePrinter.quote(rule.opinion().reason()), "");
    }

    private static List<Cube> conjunction(List<Cube> one, List<Cube> two) {
        List<Cube> both = new ArrayList<>();
        one.forEach(left -> two.forEach(right -> both.add(left.and(right))));
        return both;
    }

    /** Reads constraints, and remembers which field a variable stands for. */
    private static final class Reading {
        private final Map<String, String> variables = new HashMap<>();
        private final String rule;
        private final ZoneId zone;
        private int unread;

        Reading(String rule, ZoneId zone) {
            this.rule = rule;
            this.zone = zone;
        }

        List<Cube> all(FactType type, List<RuleSyntax.Constraint> constraints) {
            List<Cube> cubes = List.of(Cube.EVERYTHING);
            for (RuleSyntax.Constraint constraint : constraints) {
                List<Cube> next = conjunction(cubes, constraint(type, constraint));
                cubes = next.size() <= MOST_CUBES ? next : conjunction(cubes, List.of(unread()));
            }
            return cubes;
        }

        private List<Cube> constraint(FactType type, RuleSyntax.Constraint constraint) {
            if (constraint instanceof RuleSyntax.Constraint.Binding binding) {
                variables.put(binding.variable(), shown(type, binding.term()));
                return List.of(Cube.EVERYTHING);
            } else if (constraint instanceof RuleSyntax.Constraint.All all) {
                return all(type, all.of());
            } else if (constraint instanceof RuleSyntax.Constraint.Any any) {
                return any.of().stream()
                        .flatMap(part -> constraint(type, part).stream())
                        .toList();
            } else if (constraint instanceof RuleSyntax.Constraint.Comparison comparison) {
                return List.of(comparison(type, comparison));
            }
            return List.of(unread());
        }

        private Cube comparison(FactType type, RuleSyntax.Constraint.Comparison comparison) {
            Operator operator = comparison.operator();
            boolean positive = !operator.isNegative();
            Optional<String> left = field(type, comparison.left());
            if (left.isPresent()) {
                Optional<Domain> domain = domain(operator, comparison.right());
                if (domain.isPresent()) {
                    return Cube.of(left.get(), domain.get(), positive);
                }
            }
            Optional<String> right = field(type, comparison.right());
            if (right.isPresent()) {
                Optional<Domain> domain = mirrored(operator).flatMap(other -> domain(other, comparison.left()));
                if (domain.isPresent()) {
                    return Cube.of(right.get(), domain.get(), positive);
                }
            }
            // Nine o'clock is another time elsewhere.
            return Cube.opaque(
                    shown(type, comparison.left()) + " " + operator.written() + " " + shown(type, comparison.right())
                            + " in " + zone,
                    positive);
        }

        private static Optional<Domain> domain(Operator operator, Term literal) {
            boolean equality = operator.positive() == Operator.EQUAL;
            boolean listing = operator.positive() == Operator.IN;
            boolean listed = !operator.isNegative();
            if (literal instanceof Term.Decimal number && (equality || operator.isOrdering())) {
                return Optional.of(Domain.Numbers.of(operator, number.value()));
            } else if (literal instanceof Term.Text text && equality) {
                return Optional.of(new Domain.Discrete(Set.of(text.value()), listed, false));
            } else if (literal instanceof Term.Flag flag && equality) {
                return Optional.of(new Domain.Discrete(Set.of(flag.value()), listed, true));
            } else if (literal instanceof Term.Listed values && listing) {
                return values(values.values(), listed);
            }
            return Optional.empty();
        }

        private static Optional<Domain> values(List<Term> values, boolean listed) {
            if (values.stream().allMatch(Term.Text.class::isInstance)) {
                return Optional.of(new Domain.Discrete(
                        values.stream()
                                .map(value -> ((Term.Text) value).value())
                                .collect(Collectors.toSet()),
                        listed,
                        false));
            } else if (values.stream().allMatch(Term.Decimal.class::isInstance)) {
                List<BigDecimal> numbers = values.stream()
                        .map(value -> ((Term.Decimal) value).value())
                        .toList();
                if (listed) {
                    return Optional.of(Domain.Numbers.oneOf(numbers));
                }
                return numbers.stream()
                        .<Domain>map(number -> Domain.Numbers.of(Operator.NOT_EQUAL, number))
                        .reduce(Domain::intersect);
            }
            return Optional.empty();
        }

        /** The operator that says the same with both sides exchanged. */
        private static Optional<Operator> mirrored(Operator operator) {
            return switch (operator) {
                case EQUAL, NOT_EQUAL -> Optional.of(operator);
                case LESS -> Optional.of(Operator.MORE);
                case AT_MOST -> Optional.of(Operator.AT_LEAST);
                case MORE -> Optional.of(Operator.LESS);
                case AT_LEAST -> Optional.of(Operator.AT_MOST);
                default -> Optional.empty();
            };
        }

        /**
         * The field that a term reads, by a name that is the same in every rule. Times and moments have none: {@code "09:00"} and
         * {@code "09:00:00"} are one.
         */
        private Optional<String> field(FactType type, Term term) {
            if (!(term instanceof Term.Variable || term instanceof Term.Field)) {
                return Optional.empty();
            }
            String shown = shown(type, term);
            return COMPARED_AS_THEY_COME.stream().anyMatch(shown::startsWith) ? Optional.empty() : Optional.of(shown);
        }

        private String shown(FactType type, Term term) {
            if (term instanceof Term.Field) {
                return type.written() + "." + RulePrinter.term(term);
            } else if (term instanceof Term.Variable variable) {
                return variables.getOrDefault(variable.name(), variable.name());
            } else if (term instanceof Term.Common common) {
                return "common(" + shown(type, common.of()) + ", " + shown(type, common.in()) + ")";
            } else if (term instanceof Term.Sum sum) {
                return shown(type, sum.left()) + (sum.plus() ? " + " : " - ") + shown(type, sum.right());
            }
            return RulePrinter.term(term);
        }

        /** Stands for a constraint that is not looked into; no two are taken to mean the same. */
        private Cube unread() {
            return Cube.opaque(rule + " #" + unread++, false);
        }
    }
}
