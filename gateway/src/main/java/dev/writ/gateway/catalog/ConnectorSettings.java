package dev.writ.gateway.catalog;

import dev.writ.gateway.origin.Provenance;
import dev.writ.model.Digest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolEffects;
import dev.writ.model.ToolName;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Everything an operator says of a connector besides its credential.
 *
 * @param kind the technology
 * @param baseUrl empty if nothing is sent anywhere
 * @param document what the service offers, in the form of its kind
 * @param privateAddresses the service is inside: private addresses and plain HTTP are accepted
 * @param idempotent operations that the operator declares idempotent, by the document's own names
 * @param delivery how its calls are brought to the service
 * @param extracts of results, by tool
 * @param labels of results, by tool
 * @param provenance of results, by tool
 * @param effects of calls, by tool
 * @param prefix of its tools' names over MCP; the connector's name if nothing is said
 * @param mcp present if and only if that is the kind
 * @param sandbox where rehearsals go; without one there are none
 * @param card of the agent that it is, if it is one and says so
 */
record ConnectorSettings(
        String name,
        String kind,
        URI baseUrl,
        String document,
        boolean privateAddresses,
        Set<String> idempotent,
        Delivery delivery,
        Map<ToolName, Extracts> extracts,
        Map<ToolName, Set<String>> labels,
        Map<ToolName, Provenance> provenance,
        Map<ToolName, ToolEffects> effects,
        Duration timeout,
        int maxAnswerBytes,
        Optional<String> prefix,
        Optional<McpServer> mcp,
        Optional<Sandbox> sandbox,
        Optional<PinnedCard> card) {

    static final String HTTP = "http";
    static final String EXTERNAL = "external";
    static final String MCP = "mcp";

    private static final Set<String> KINDS = new TreeSet<>(Set.of(HTTP, EXTERNAL, MCP));

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final int MOST_LABELS = 16;

    ConnectorSettings {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "a connector's name is lower-case letters, digits, '_' and '-', 63 at most");
        }
        if (!KINDS.contains(kind)) {
            throw new IllegalArgumentException("the kinds of connectors are: " + String.join(", ", KINDS));
        }
        delivery.requireFitFor(kind);
        prefix.ifPresent(PublicNames::requirePrefix);
        if (mcp.isPresent() != kind.equals(MCP)) {
            throw new IllegalArgumentException(
                    "a command, env, relay and maxConcurrent are for connectors of kind mcp");
        }
        if (sandbox.isPresent() && kind.equals(EXTERNAL)) {
            throw new IllegalArgumentException(
                    "sandbox: nothing is sent to these tools, so nothing is rehearsed either");
        }
        if (sandbox.filter(other -> !other.command().isEmpty()).isPresent() && !kind.equals(MCP)) {
            throw new IllegalArgumentException("sandbox: a command is for connectors of kind mcp");
        }
        if (card.isPresent() && !kind.equals(HTTP)) {
            throw new IllegalArgumentException("card: it is for connectors of kind http");
        }
        idempotent = Collections.unmodifiableSet(new TreeSet<>(idempotent));
        extracts = Collections.unmodifiableMap(new TreeMap<>(extracts));
        Map<ToolName, Set<String>> sorted = new TreeMap<>();
        labels.forEach((tool, own) -> sorted.put(tool, requireLabels(own)));
        labels = Collections.unmodifiableMap(sorted);
        provenance = Collections.unmodifiableMap(new TreeMap<>(provenance));
        effects = Collections.unmodifiableMap(new TreeMap<>(effects));
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private static Set<String> requireLabels(Set<String> labels) {
        if (labels.size() > MOST_LABELS
                || !labels.stream().allMatch(label -> LABEL.matcher(label).matches())) {
            throw new IllegalArgumentException(
                    "a tool has at most " + MOST_LABELS + " labels of lower-case letters, digits, '_' and '-'");
        }
        return Collections.unmodifiableSet(new TreeSet<>(labels));
    }

    /** The same connector, with another document. */
    ConnectorSettings with(String otherDocument) {
        return copy(baseUrl, otherDocument, extracts, labels, provenance, effects, mcp, sandbox, card);
    }

    /** The same connector, with that card. */
    ConnectorSettings with(PinnedCard other) {
        return copy(baseUrl, document, extracts, labels, provenance, effects, mcp, sandbox, Optional.of(other));
    }

    /** Its sandbox, as a connector of the same name and tools; empty without one. */
    Optional<ConnectorSettings> sandboxed() {
        return sandbox.map(other -> copy(
                other.baseUrl(),
                document,
                extracts,
                labels,
                provenance,
                effects,
                mcp.map(server -> server.at(other, name + ".sandbox")),
                Optional.empty(),
                // A sandbox is somewhere else, and has no card.
                Optional.empty()));
    }

    /** The same connector, of whose tool nothing is declared. */
    ConnectorSettings without(ToolName tool) {
        return copy(
                baseUrl,
                document,
                without(extracts, tool),
                without(labels, tool),
                without(provenance, tool),
                without(effects, tool),
                mcp,
                sandbox,
                card);
    }

    /** What may differ between settings of one connector; all else is the same. */
    private ConnectorSettings copy(
            URI otherUrl,
            String otherDocument,
            Map<ToolName, Extracts> otherExtracts,
            Map<ToolName, Set<String>> otherLabels,
            Map<ToolName, Provenance> otherProvenance,
            Map<ToolName, ToolEffects> otherEffects,
            Optional<McpServer> otherServer,
            Optional<Sandbox> otherSandbox,
            Optional<PinnedCard> otherCard) {
        return new ConnectorSettings(
                name,
                kind,
                otherUrl,
                otherDocument,
                privateAddresses,
                idempotent,
                delivery,
                otherExtracts,
                otherLabels,
                otherProvenance,
                otherEffects,
                timeout,
                maxAnswerBytes,
                prefix,
                otherServer,
                otherSandbox,
                otherCard);
    }

    private static <T> Map<ToolName, T> without(Map<ToolName, T> declared, ToolName tool) {
        Map<ToolName, T> rest = new TreeMap<>(declared);
        rest.remove(tool);
        return rest;
    }

    /** What its tools' names over MCP begin with. */
    String publicPrefix() {
        return prefix.orElse(name);
    }

    Extracts extracts(ToolName tool) {
        return extracts.getOrDefault(tool, Extracts.NONE);
    }

    Set<String> labels(ToolName tool) {
        return labels.getOrDefault(tool, Set.of());
    }

    Provenance provenance(ToolName tool) {
        return provenance.getOrDefault(tool, Provenance.NONE);
    }

    /** Identifies exactly these settings. */
    Digest digest() {
        return Digest.of(toJson());
    }

    JsonObject toJson() {
        JsonObject.Builder json = JsonObject.builder()
                .put("name", name)
                .put("kind", kind)
                .put("baseUrl", baseUrl.toString())
                .put("document", document)
                .put("allowPrivateAddresses", privateAddresses)
                .put("idempotent", JsonArray.ofTexts(idempotent))
                .put("extracts", extractsToJson())
                .put("labels", labelsToJson())
                .put("timeoutMillis", timeout.toMillis())
                .put("maxAnswerBytes", maxAnswerBytes);
        // Left out where nothing is declared: settings that were stored without it keep their digest.
        if (!delivery.equals(Delivery.DEFAULT)) {
            json.put("delivery", delivery.toJson());
        }
        if (!provenance.isEmpty()) {
            json.put("provenance", provenanceToJson());
        }
        if (!effects.isEmpty()) {
            json.put("effects", effectsToJson());
        }
        prefix.ifPresent(said -> json.put("prefix", said));
        mcp.ifPresent(server -> json.put(MCP, server.toJson()));
        sandbox.ifPresent(other -> json.put("sandbox", other.toJson()));
        card.ifPresent(own -> json.put("card", own.toJson()));
        return json.build();
    }

    JsonObject effectsToJson() {
        JsonObject.Builder byTool = JsonObject.builder();
        effects.forEach((tool, said) -> byTool.put(tool.value(), said.toJson()));
        return byTool.build();
    }

    JsonObject provenanceToJson() {
        JsonObject.Builder byTool = JsonObject.builder();
        provenance.forEach((tool, declared) -> byTool.put(tool.value(), declared.toJson()));
        return byTool.build();
    }

    JsonObject extractsToJson() {
        JsonObject.Builder byTool = JsonObject.builder();
        extracts.forEach((tool, declared) -> byTool.put(tool.value(), declared.declarations()));
        return byTool.build();
    }

    JsonObject labelsToJson() {
        JsonObject.Builder byTool = JsonObject.builder();
        labels.forEach((tool, own) -> byTool.put(tool.value(), JsonArray.ofTexts(own)));
        return byTool.build();
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static ConnectorSettings fromJson(JsonObject json) {
        Map<ToolName, Extracts> extracts = new TreeMap<>();
        object(json, "extracts")
                .members()
                .forEach((tool, declared) ->
                        extracts.put(ToolName.parse(tool), Extracts.fromJson((JsonObject) declared)));
        Map<ToolName, Set<String>> labels = new TreeMap<>();
        object(json, "labels")
                .members()
                .forEach((tool, own) -> labels.put(ToolName.parse(tool), Set.copyOf(((JsonArray) own).texts())));
        Map<ToolName, Provenance> provenance = new TreeMap<>();
        json.object("provenance")
                .orElse(JsonObject.empty())
                .members()
                .forEach((tool, declared) ->
                        provenance.put(ToolName.parse(tool), Provenance.fromJson((JsonObject) declared)));
        Map<ToolName, ToolEffects> effects = new TreeMap<>();
        json.object("effects")
                .orElse(JsonObject.empty())
                .members()
                .forEach((tool, said) -> effects.put(ToolName.parse(tool), ToolEffects.fromJson((JsonObject) said)));
        return new ConnectorSettings(
                text(json, "name"),
                text(json, "kind"),
                URI.create(text(json, "baseUrl")),
                text(json, "document"),
                json.isTrue("allowPrivateAddresses"),
                Set.copyOf(json.array("idempotent").map(JsonArray::texts).orElse(List.of())),
                json.object("delivery").map(Delivery::fromJson).orElse(Delivery.DEFAULT),
                extracts,
                labels,
                provenance,
                effects,
                Duration.ofMillis(whole(json, "timeoutMillis")),
                Math.toIntExact(whole(json, "maxAnswerBytes")),
                json.text("prefix"),
                json.object(MCP).map(McpServer::fromJson),
                json.object("sandbox").map(Sandbox::fromJson),
                json.object("card").map(PinnedCard::fromJson));
    }

    private static String text(JsonObject json, String member) {
        return json.text(member).orElseThrow(() -> new IllegalArgumentException("settings without " + member));
    }

    private static long whole(JsonObject json, String member) {
        return json.number(member)
                .orElseThrow(() -> new IllegalArgumentException("settings without " + member))
                .longValueExact();
    }

    private static JsonObject object(JsonObject json, String member) {
        return json.object(member).orElseThrow(() -> new IllegalArgumentException("settings without " + member));
    }

    @Override
    public String toString() {
        return "ConnectorSettings[" + name + "]";
    }
}
