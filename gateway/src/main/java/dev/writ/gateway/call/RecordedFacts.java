package dev.writ.gateway.call;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.model.AgentBuild;
import dev.writ.model.Digest;
import dev.writ.model.Facts;
import dev.writ.model.Grant;
import dev.writ.model.History;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.Role;
import dev.writ.model.Scope;
import dev.writ.model.ToolCall;
import dev.writ.model.ToolDefinition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a decision was made from, read back from its entry. */
final class RecordedFacts {

    private RecordedFacts() {}

    /** Digest of the tool's definition. */
    static Optional<Digest> definition(Entry decided) {
        return decided.body().text("definition").filter(Digest::isWellFormed).map(Digest::new);
    }

    /** Digests of the bundles that were asked; an entry that lists none was decided by the one of its column. */
    static List<String> bundles(Entry decided) {
        return decided.body()
                .array("bundles")
                .map(JsonArray::texts)
                .orElseGet(() -> decided.column(Column.BUNDLE).stream().toList());
    }

    /**
     * With what came before it, which stands in other entries.
     *
     * @return empty if its arguments were erased
     */
    static Optional<Facts> of(
            Entry decided, ToolDefinition tool, History own, Map<Scope, History> shared, List<Grant> grants) {
        return CallEntries.input(decided, CallEntries.FACTS)
                .map(facts -> new Facts(
                        call(decided, facts),
                        principal(decided, facts),
                        tool,
                        own,
                        shared,
                        CallEntries.origins(decided),
                        grants,
                        decided.at()));
    }

    private static ToolCall call(Entry decided, JsonObject facts) {
        return new ToolCall(
                CallEntries.call(decided),
                Optional.empty(),
                CallEntries.tool(decided),
                facts.object("arguments").orElse(JsonObject.empty()),
                decided.column(Column.SESSION),
                facts.text("purpose"));
    }

    private static Principal principal(Entry decided, JsonObject facts) {
        return new Principal(
                decided.column(Column.AGENT).orElseThrow(),
                facts.text("onBehalfOf"),
                decided.body().text("client").orElse(""),
                facts.array("actorChain").map(JsonArray::texts).orElse(List.of()),
                decided.body().array("roles").map(JsonArray::texts).orElse(List.of()).stream()
                        .map(Role::parse)
                        .collect(Collectors.toSet()),
                decided.body().text("assurance").orElse(""),
                decided.body().object("agentBuild").map(AgentBuild::fromJson).orElse(AgentBuild.UNKNOWN));
    }
}
