package dev.writ.rules;

import dev.writ.model.Scope;
import dev.writ.model.ToolName;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whose earlier calls rules look back at, by the tool they are about. */
final class Scopes {

    private final Map<ToolName, Set<Scope>> named = new HashMap<>();
    private final Set<Scope> ofAny = EnumSet.noneOf(Scope.class);

    Scopes(List<CompiledRule> rules) {
        for (CompiledRule rule : rules) {
            if (rule.tools().isEmpty()) {
                ofAny.addAll(rule.scopes());
            }
            for (ToolName tool : rule.tools()) {
                named.computeIfAbsent(tool, none -> EnumSet.noneOf(Scope.class)).addAll(rule.scopes());
            }
        }
        named.values().forEach(scopes -> scopes.addAll(ofAny));
    }

    Set<Scope> of(ToolName tool) {
        return Set.copyOf(named.getOrDefault(tool, ofAny));
    }

    Set<Scope> all() {
        Set<Scope> all = EnumSet.copyOf(ofAny);
        named.values().forEach(all::addAll);
        return Set.copyOf(all);
    }
}
