package dev.writ.gateway.catalog;

import dev.writ.audit.MasterKey;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What registering a connector would change. Nothing is pinned, and nothing is recorded. */
@ApplicationScoped
class Plans {

    private final Catalog catalog;
    private final Registrations registrations;
    private final ConnectorRows rows;
    private final KnownNames names;
    private final MasterKey master;

    Plans(Catalog catalog, Registrations registrations, ConnectorRows rows, KnownNames names, MasterKey master) {
        this.catalog = catalog;
        this.registrations = registrations;
        this.rows = rows;
        this.names = names;
        this.master = master;
    }

    /**
     * What would change.
     *
     * @param change whether it is added, changed, or none of it
     * @param reviewed digest of the settings with all that they pin: send it with the registration, and nothing else is pinned
     * @param credential whether another credential, or another secret of the environment, would be stored
     * @param settings what differs in the settings, without the document
     * @param skipped operations that become no tool, each with the reason
     */
    record Plan(
            String name,
            String change,
            String reviewed,
            boolean credential,
            List<DefinitionDiff.Change> settings,
            List<ToolChange> tools,
            List<String> skipped) {}

    /**
     * @param change whether it is added, changed, removed, or none of it
     * @param digest as it would be pinned; absent if it is removed
     * @param description what models will read of it, if it is added
     * @param proposal what might be said of its effects, if it is added and nothing is said of them
     * @param warnings what to look at twice, since models read it
     */
    record ToolChange(
            String name,
            String change,
            Optional<String> digest,
            Optional<String> description,
            List<DefinitionDiff.Change> diff,
            Optional<Proposal.Reasoned> proposal,
            List<String> warnings) {}

    /** Fails with a problem that lists the problems if it cannot be used. */
    Uni<Plan> plan(ConnectorSettings settings, Secrets secrets) {
        return registrations
                .prepare(settings, secrets)
                .chain(ready -> rows.stored(settings.name())
                        .emitOn(Infrastructure.getDefaultWorkerPool())
                        .map(row -> compare(ready, secrets, row)));
    }

    private Plan compare(Preparation.Ready ready, Secrets secrets, Optional<StoredConnector> row) {
        OpenConnector next = ready.connector();
        try {
            ConnectorSettings settings = next.settings();
            Optional<Standing.Pinned> now = catalog.standing(settings.name())
                    .filter(Standing.Pinned.class::isInstance)
                    .map(Standing.Pinned.class::cast);
            boolean otherSecrets = now.flatMap(
                            pinned -> row.flatMap(stored -> stored.secrets(pinned.index(), settings.name(), master)))
                    .filter(secrets::equals)
                    .isEmpty();
            JsonObject before =
                    now.map(pinned -> shown(pinned.connector().settings())).orElse(JsonObject.empty());
            List<DefinitionDiff.Change> changes = DefinitionDiff.of(before, shown(settings));
            List<ToolChange> tools = tools(now, next);
            boolean same = !otherSecrets
                    && now.filter(pinned ->
                                    pinned.connector().settings().digest().equals(settings.digest()))
                            .isPresent();
            String change = same ? "none" : "changed";
            return new Plan(
                    settings.name(),
                    now.isEmpty() ? "added" : change,
                    settings.digest().value(),
                    otherSecrets && !(now.isEmpty() && secrets.isEmpty()),
                    changes,
                    tools,
                    ready.skipped());
        } finally {
            next.close();
        }
    }

    private List<ToolChange> tools(Optional<Standing.Pinned> now, OpenConnector next) {
        Map<ToolName, ToolDefinition> before = new TreeMap<>();
        now.ifPresent(pinned -> pinned.tools()
                .values()
                .forEach(tool -> before.put(tool.definition().name(), tool.definition())));
        Map<ToolName, ToolDefinition> after = new TreeMap<>();
        next.connector().tools().forEach(tool -> after.put(tool.name(), tool));
        Set<ToolName> all = new TreeSet<>(before.keySet());
        all.addAll(after.keySet());
        List<ToolChange> changes = new ArrayList<>();
        for (ToolName name : all) {
            changes.add(change(name, Optional.ofNullable(before.get(name)), Optional.ofNullable(after.get(name))));
        }
        return changes;
    }

    private ToolChange change(ToolName name, Optional<ToolDefinition> before, Optional<ToolDefinition> after) {
        String change = before.isEmpty() ? "added" : "changed";
        if (after.isEmpty()) {
            change = "removed";
        } else if (before.equals(after)) {
            change = "none";
        }
        JsonObject was = before.map(ToolDefinition::toJson).orElse(JsonObject.empty());
        return new ToolChange(
                name.value(),
                change,
                after.map(tool -> tool.digest().value()),
                after.filter(tool -> before.isEmpty())
                        .map(ToolDefinition::description)
                        .map(Visible::text),
                change.equals("changed")
                        ? DefinitionDiff.of(was, after.orElseThrow().toJson())
                        : List.of(),
                after.filter(tool -> before.isEmpty())
                        .map(Proposal.Reasoned::of)
                        .filter(reasoned -> reasoned.said().members().isEmpty()),
                after.map(names::warnings).orElse(List.of()));
    }

    /** Without the document: of that, the tools are told. */
    private static JsonObject shown(ConnectorSettings settings) {
        JsonObject.Builder json = JsonObject.builder();
        settings.toJson().members().forEach((name, value) -> {
            boolean said = !value.equals(JsonBoolean.FALSE)
                    && !value.equals(new JsonString(""))
                    && !value.equals(JsonObject.empty())
                    && !(value instanceof JsonArray array && array.items().isEmpty());
            if (said && !name.equals("document") && !name.equals("name")) {
                json.put(name, value);
            }
        });
        return json.build();
    }
}
