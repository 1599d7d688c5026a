package dev.writ.rules;

import dev.writ.model.ToolName;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tools that a pattern names with {@code tool == "..."} or {@code tool in (...)}: calls of others need not be looked at.
 *
 * @param tools empty if it names none, and so is about any
 * @param by the constraint that names them, which holds for exactly their calls
 */
record PinnedTools(Set<ToolName> tools, Optional<RuleSyntax.Constraint> by) {

    PinnedTools {
        tools = Collections.unmodifiableSet(new TreeSet<>(tools));
    }

    static final PinnedTools NONE = new PinnedTools(Set.of(), Optional.empty());

    static PinnedTools in(List<RuleSyntax.Constraint> constraints) {
        for (RuleSyntax.Constraint constraint : constraints) {
            if (constraint instanceof RuleSyntax.Constraint.Comparison comparison
                    && comparison.left() instanceof Term.Field field
                    && field.name().equals(FactFields.TOOL)
                    && (comparison.operator() == Operator.EQUAL || comparison.operator() == Operator.IN)) {
                Set<ToolName> tools = names(comparison.right());
                if (!tools.isEmpty()) {
                    return new PinnedTools(tools, Optional.of(constraint));
                }
            }
        }
        return NONE;
    }

    /** Empty if one of them is no name of a tool; that is reported where terms are checked. */
    private static Set<ToolName> names(Term term) {
        List<Term> literals = term instanceof Term.Listed listed ? listed.values() : List.of(term);
        Set<ToolName> names = new TreeSet<>();
        for (Term literal : literals) {
            if (!(literal instanceof Term.Text text) || !ToolScope.isToolName(text.value())) {
                return Set.of();
            }
            names.add(new ToolName(text.value()));
        }
        return names;
    }
}
