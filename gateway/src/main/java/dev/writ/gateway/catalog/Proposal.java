package dev.writ.gateway.catalog;

import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A proposal for what an operator says of a connector's tools.
 *
 * @param effects as {@code effects} of a registration takes them, by tool
 */
record Proposal(Map<String, JsonObject> effects, List<Reasoned> tools) {

    /**
     * @param proposed what might be said
     * @param said what is said now
     * @param reasons for the proposal
     */
    record Reasoned(String name, JsonObject proposed, JsonObject said, List<String> reasons) {

        static Reasoned of(ToolDefinition tool) {
            EffectsProposal proposal = EffectsProposal.of(tool);
            return new Reasoned(
                    tool.name().value(),
                    proposal.effects().toJson(),
                    tool.effects().toJson(),
                    proposal.reasons());
        }
    }

    static Proposal of(Standing standing) {
        List<Reasoned> tools = standing instanceof Standing.Pinned pinned
                ? pinned.tools().values().stream()
                        .map(tool -> Reasoned.of(tool.definition()))
                        .toList()
                : List.of();
        Map<String, JsonObject> effects = new TreeMap<>();
        tools.forEach(tool -> effects.put(tool.name(), tool.proposed()));
        return new Proposal(effects, tools);
    }
}
