package dev.writ.rules;

import dev.writ.model.Consequence;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.Obligation;
import dev.writ.model.Obligations;
import dev.writ.model.ToolName;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reports what no call could be carried out with. What results look like is not declared, so paths into them are taken as they
 * are.
 *
 * @param pinned the tools that the rule is about; empty if it may be any
 * @param groups to which its bundle may route escalations
 */
record ObligationChecker(Set<ToolName> pinned, Tools tools, Set<String> groups, List<BundleProblem> problems) {

    void check(List<RuleSyntax.Obliged> obligations) {
        obligations.forEach(this::check);
        for (int i = 1; i < obligations.size(); i++) {
            Obligations soFar = new Obligations(obligations.subList(0, i + 1).stream()
                    .map(RuleSyntax.Obliged::obligation)
                    .toList());
            if (soFar.contradiction().isPresent()) {
                report(obligations.get(i), soFar.contradiction().get());
                return;
            }
        }
    }

    private void check(RuleSyntax.Obliged obliged) {
        if (obliged.obligation() instanceof Obligation.Mask mask) {
            checkArgument(obliged, mask.path(), "mask", ValueType.TEXT);
        } else if (obliged.obligation() instanceof Obligation.Assign assign) {
            if (pinned.isEmpty()) {
                report(obliged, "which tools have this argument? Name them in ToolCall with tool == \"...\"");
            }
            checkArgument(obliged, assign.path(), "set", typeOf(assign.value()));
        } else if (obliged.obligation() instanceof Obligation.Expect expect) {
            // It may be a tool of another team.
            tools.problemWith(expect.tool().value(), false).ifPresent(message -> report(obliged, message));
            if (expect.otherwise() instanceof Consequence.Escalate escalate && !groups.contains(escalate.group())) {
                report(
                        obliged,
                        "bundle.yaml lists no group '" + escalate.group() + "'; "
                                + Nearest.hint(escalate.group(), groups));
            }
        }
    }

    private void checkArgument(RuleSyntax.Obliged obliged, String path, String verb, ValueType type) {
        Optional<String> problem = tools.problemWith(pinned, true, verb, type, path);
        problem.ifPresent(message -> report(obliged, message));
    }

    private static ValueType typeOf(JsonValue literal) {
        if (literal instanceof JsonString) {
            return ValueType.TEXT;
        }
        return literal instanceof JsonBoolean ? ValueType.FLAG : ValueType.NUMBER;
    }

    private void report(RuleSyntax.Obliged obliged, String message) {
        problems.add(obliged.place().problem(message));
    }
}
