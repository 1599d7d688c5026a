package dev.writ.gateway.catalog;

import dev.writ.connect.Connector;
import dev.writ.model.Digest;
import dev.writ.model.ToolDefinition;
import dev.writ.model.ToolName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A connector that can be called, and whose settings fit what it offers. No entry has pinned it yet.
 *
 * @param schemas of each tool's arguments
 * @param entities that its tools are about, as far as the operator lists them
 * @param sandbox carries out rehearsals of its calls; empty if the operator declared none
 * @param watch what it finds different from what is pinned
 */
record OpenConnector(
        ConnectorSettings settings,
        RetiringConnector connector,
        Optional<RetiringConnector> sandbox,
        Map<ToolName, ArgumentSchema> schemas,
        Entities entities,
        Watch watch) {

    OpenConnector {
        schemas = Collections.unmodifiableMap(new TreeMap<>(schemas));
    }

    /** The same, of which that is known. */
    OpenConnector with(Entities known) {
        return new OpenConnector(settings, connector, sandbox, schemas, known, watch);
    }

    /** The same, whose calls are rehearsed by that. */
    OpenConnector rehearsedBy(RetiringConnector other) {
        return new OpenConnector(settings, connector, Optional.of(other), schemas, entities, watch);
    }

    boolean isExternal() {
        return settings.kind().equals(ConnectorSettings.EXTERNAL);
    }

    /** Checks a connector against its settings. One that is refused is closed. */
    static Preparation check(ConnectorSettings settings, Connector connector, List<String> skipped, int maxTools) {
        return check(settings, connector, skipped, maxTools, new Watch());
    }

    /** @param watch that the connector tells of what it finds */
    static Preparation check(
            ConnectorSettings settings, Connector connector, List<String> skipped, int maxTools, Watch watch) {
        List<String> problems = new ArrayList<>();
        Map<ToolName, ArgumentSchema> schemas = new TreeMap<>();
        for (ToolDefinition tool : connector.tools()) {
            if (!tool.connector().equals(settings.name())
                    || !tool.name().value().startsWith(settings.name() + ".")) {
                problems.add(tool.name() + ": its name does not start with the connector's");
            }
            try {
                schemas.put(tool.name(), ArgumentSchema.compile(tool.inputSchema()));
            } catch (IllegalArgumentException unusable) {
                problems.add(tool.name() + ": " + unusable.getMessage());
            }
        }
        if (connector.tools().size() > maxTools) {
            problems.add("it has " + connector.tools().size() + " tools, and a connector has at most " + maxTools
                    + "; register it in parts");
        }
        Set<ToolName> declared = new TreeSet<>(settings.extracts().keySet());
        declared.addAll(settings.labels().keySet());
        declared.addAll(settings.provenance().keySet());
        declared.addAll(settings.effects().keySet());
        connector.tools().forEach(tool -> declared.remove(tool.name()));
        declared.forEach(unknown ->
                problems.add(unknown + ": extracts, labels, provenance or effects are declared, and it is not a tool"));
        if (problems.isEmpty()) {
            return new Preparation.Ready(
                    new OpenConnector(
                            settings,
                            new RetiringConnector(connector),
                            Optional.empty(),
                            schemas,
                            Entities.NONE,
                            watch),
                    skipped);
        }
        connector.close();
        return new Preparation.Refused(problems);
    }

    /** Its tools as the entry at that index pins them. */
    Map<ToolName, PinnedTool> pin(long index) {
        Map<ToolName, PinnedTool> pinned = new TreeMap<>();
        for (ToolDefinition tool : connector.tools()) {
            ArgumentSchema schema = schemas.get(tool.name());
            if (schema != null) {
                pinned.put(
                        tool.name(),
                        new PinnedTool(
                                tool,
                                connector,
                                sandbox,
                                schema,
                                settings.extracts(tool.name()),
                                settings.labels(tool.name()),
                                settings.provenance(tool.name()),
                                settings.kind().equals(ConnectorSettings.MCP) ? Offer.of(tool) : Offer.TOOL,
                                settings.publicPrefix(),
                                isExternal(),
                                index));
            }
        }
        return Collections.unmodifiableMap(pinned);
    }

    /** What pins each tool. */
    Map<ToolName, Digest> digests() {
        Map<ToolName, Digest> digests = new TreeMap<>();
        connector.tools().forEach(tool -> digests.put(tool.name(), tool.digest()));
        return digests;
    }

    void close() {
        connector.close();
        sandbox.ifPresent(RetiringConnector::close);
    }

    @Override
    public String toString() {
        return "OpenConnector[" + settings.name() + "]";
    }
}
