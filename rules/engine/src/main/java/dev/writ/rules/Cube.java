package dev.writ.rules;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A conjunction of comparisons of the call, its caller and its tool, as far as it can be reckoned with.
 *
 * @param domains what it leaves to each field that it compares with literals
 * @param required fields with a positive comparison: without a value the conjunction is false, and not in doubt
 * @param opaque the other comparisons, in a form in which equal ones are equal
 * @param doubtful one of the others is negative, so that a missing value leaves it in doubt
 */
record Cube(Map<String, Domain> domains, Set<String> required, Set<String> opaque, boolean doubtful) {

    static final Cube EVERYTHING = new Cube(Map.of(), Set.of(), Set.of(), false);

    /** The tool is the one field that always has a value. */
    static final String TOOL = FactType.TOOL_CALL.written() + "." + FactFields.TOOL;

    Cube {
        domains = Map.copyOf(domains);
        required = Set.copyOf(required);
        opaque = Set.copyOf(opaque);
    }

    static Cube of(String field, Domain domain, boolean positive) {
        return new Cube(Map.of(field, domain), positive ? Set.of(field) : Set.of(), Set.of(), false);
    }

    static Cube opaque(String comparison, boolean positive) {
        return new Cube(Map.of(), Set.of(), Set.of(comparison), !positive);
    }

    Cube and(Cube other) {
        Map<String, Domain> both = new TreeMap<>(domains);
        other.domains.forEach((field, domain) -> both.merge(field, domain, Domain::intersect));
        Set<String> allRequired = new TreeSet<>(required);
        allRequired.addAll(other.required);
        Set<String> allOpaque = new TreeSet<>(opaque);
        allOpaque.addAll(other.opaque);
        return new Cube(both, allRequired, allOpaque, doubtful || other.doubtful);
    }

    /** It is false of every call whatever, and never in doubt. */
    boolean isImpossible() {
        return domains.entrySet().stream().anyMatch(field -> field.getValue().isEmpty() && isDefined(field.getKey()));
    }

    /** No call leaves it in doubt. */
    boolean isDecidable() {
        return !doubtful && domains.keySet().stream().allMatch(this::isDefined);
    }

    /** Whenever this is true, the other is. */
    boolean implies(Cube other) {
        return opaque.containsAll(other.opaque)
                && other.domains.entrySet().stream().allMatch(field -> {
                    Domain mine = domains.get(field.getKey());
                    return mine != null && isDefined(field.getKey()) && mine.isWithin(field.getValue());
                });
    }

    /** If this is true, that field has a value. */
    boolean isDefined(String field) {
        return field.equals(TOOL) || required.contains(field);
    }
}
