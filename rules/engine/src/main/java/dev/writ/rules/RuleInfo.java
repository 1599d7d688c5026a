package dev.writ.rules;

import dev.writ.model.Effect;
import dev.writ.model.ToolName;
import java.util.List;

/**
 * What is known of a rule without reading it.
 *
 * @param name its id in every record
 * @param owners who answers for it, from {@code @owner}
 * @param controls that it serves, from {@code @control}
 * @param tools whose calls it may be about, sorted; empty if of any in the bundle's scope
 * @param effect that it has if it holds
 * @param line counted from 1; where it starts
 */
public record RuleInfo(
        String name,
        List<String> owners,
        List<String> controls,
        List<String> tools,
        Effect effect,
        String file,
        int line) {

    public RuleInfo {
        owners = List.copyOf(owners);
        controls = List.copyOf(controls);
        tools = List.copyOf(tools);
    }

    static RuleInfo of(CompiledRule rule) {
        RuleSyntax syntax = rule.syntax();
        return new RuleInfo(
                rule.id(),
                syntax.notes("owner"),
                syntax.notes("control"),
                rule.tools().stream().map(ToolName::value).sorted().toList(),
                syntax.opinion().effect(),
                syntax.place().file(),
                syntax.place().line());
    }
}
