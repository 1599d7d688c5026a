package dev.writ.gateway.catalog;

import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A connector as people see it, without its secrets.
 *
 * @param status {@code pinned}, {@code pending} while this replica reads it, or {@code refused} if its row is not what its entry says
 * @param index of its entry in the log
 * @param health {@code status} is {@code up}, {@code failing} or {@code unknown}, as far as this replica has seen; {@code since} and
 *     {@code why} if it fails
 * @param delivery how calls are brought to it
 * @param prefix of its tools' names over MCP
 * @param mcp what was said of an MCP server
 * @param sandbox where rehearsals go
 * @param card of an agent: its {@code url}, and the {@code digest} of the card that is pinned
 * @param quarantined how many definitions wait in {@code /v1/connectors/{name}/quarantine}
 */
public record ShownConnector(
        String name,
        String status,
        long index,
        Optional<String> kind,
        Optional<String> baseUrl,
        Optional<JsonObject> health,
        Optional<JsonObject> delivery,
        Optional<JsonObject> extracts,
        Optional<JsonObject> labels,
        Optional<JsonObject> provenance,
        Optional<JsonObject> effects,
        Optional<String> prefix,
        Optional<JsonObject> mcp,
        Optional<JsonObject> sandbox,
        Optional<JsonObject> card,
        long quarantined,
        List<Tool> tools) {

    /**
     * One of its tools.
     *
     * @param digest of the whole definition, as it is pinned
     * @param warnings what to look at twice, since models read it; not looked for in lists of connectors
     */
    public record Tool(String name, String digest, String description, List<String> warnings) {
        static Tool of(ToolDefinition definition, List<String> warnings) {
            return new Tool(definition.name().value(), definition.digest().value(), definition.description(), warnings);
        }
    }

    static ShownConnector of(
            String name, Standing standing, long quarantined, Function<ToolDefinition, List<String>> warnings) {
        if (standing instanceof Standing.Pinned pinned) {
            ConnectorSettings settings = pinned.connector().settings();
            return new ShownConnector(
                    name,
                    "pinned",
                    pinned.index(),
                    Optional.of(settings.kind()),
                    Optional.of(settings.baseUrl().toString()),
                    ConnectorHealth.of(standing).map(ConnectorHealth::toJson),
                    Optional.of(settings.delivery().toJson()),
                    Optional.of(settings.extractsToJson()),
                    Optional.of(settings.labelsToJson()),
                    Optional.of(settings.provenanceToJson()),
                    Optional.of(settings.effectsToJson()),
                    Optional.of(settings.publicPrefix()),
                    settings.mcp().map(McpServer::toJson),
                    settings.sandbox().map(Sandbox::toJson),
                    settings.card().map(PinnedCard::summary),
                    quarantined,
                    pinned.tools().values().stream()
                            .map(tool -> Tool.of(tool.definition(), warnings.apply(tool.definition())))
                            .toList());
        }
        return new ShownConnector(
                name,
                standing instanceof Standing.Pending ? "pending" : "refused",
                standing.index(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                quarantined,
                List.of());
    }
}
