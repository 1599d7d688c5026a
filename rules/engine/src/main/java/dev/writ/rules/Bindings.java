package dev.writ.rules;

import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which fields a rule's variables stand for. */
final class Bindings {

    /** A field of a fact that there is one of. */
    record Bound(FactType type, Term.Field field) {

        Reading reading() {
            return FactFields.of(type, field.name())
                    .flatMap(known -> known instanceof FactField.At at
                            ? path().map(path -> at.reading(path, ZoneOffset.UTC))
                            : Optional.of(((FactField.Plain) known).reading()))
                    .orElse(evaluation -> "");
        }

        Optional<JsonPath> path() {
            return field.path().flatMap(JsonPath::parse);
        }

        /** It is an argument itself, and nothing computed of one. */
        boolean isArgument() {
            return type == FactType.TOOL_CALL
                    && FactFields.of(type, field.name())
                            .filter(known -> known instanceof FactField.At at && at.read() == at.type())
                            .isPresent();
        }
    }

    private final Map<String, Bound> variables = new HashMap<>();

    void add(FactType type, RuleSyntax.Constraint constraint) {
        if (constraint instanceof RuleSyntax.Constraint.Binding binding && binding.term() instanceof Term.Field field) {
            variables.put(binding.variable(), new Bound(type, field));
        }
    }

    /** The field that a term reads, itself or by a variable. */
    Optional<Bound> field(FactType type, Term term) {
        if (term instanceof Term.Field field) {
            return Optional.of(new Bound(type, field));
        }
        return term instanceof Term.Variable variable
                ? Optional.ofNullable(variables.get(variable.name()))
                : Optional.empty();
    }

    /** All that a comparison reads. */
    Stream<Reading> fields(FactType type, RuleSyntax.Constraint.Comparison comparison) {
        return Stream.of(comparison.left(), comparison.right())
                .flatMap(Bindings::terms)
                .flatMap(term -> field(type, term).stream())
                .map(Bound::reading);
    }

    private static Stream<Term> terms(Term term) {
        if (term instanceof Term.Common common) {
            return Stream.concat(terms(common.of()), terms(common.in()));
        }
        return term instanceof Term.Sum sum ? Stream.concat(terms(sum.left()), terms(sum.right())) : Stream.of(term);
    }
}
