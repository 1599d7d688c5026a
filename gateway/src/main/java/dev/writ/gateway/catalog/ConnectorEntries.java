package dev.writ.gateway.catalog;

import dev.writ.audit.Entry;
import dev.writ.gateway.auditing.Topics;
import dev.writ.model.Digest;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.ToolName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The entries of connectors, written and read. Members may be added here and never changed. */
final class ConnectorEntries {

    static final String REGISTERED = "CONNECTOR_REGISTERED";
    static final String REMOVED = "CONNECTOR_REMOVED";
    static final Set<String> KINDS = Set.of(REGISTERED, REMOVED);

    private ConnectorEntries() {}

    /** Says exactly what is pinned; the credential only by the digest of its sealed form. */
    static JsonObject registered(OpenConnector connector, Digest sealedCredential) {
        ConnectorSettings settings = connector.settings();
        List<JsonValue> tools = new ArrayList<>();
        connector
                .digests()
                .forEach((tool, digest) -> tools.add(JsonObject.builder()
                        .put("name", tool.value())
                        .put("digest", digest.value())
                        .build()));
        JsonObject.Builder body = JsonObject.builder()
                .put("name", settings.name())
                .put("kind", settings.kind())
                .put("baseUrl", settings.baseUrl().toString())
                .put("settings", settings.digest().value())
                .put("credential", sealedCredential.value())
                .put("tools", new JsonArray(tools))
                .put("extracts", settings.extractsToJson())
                .put("labels", settings.labelsToJson());
        if (!settings.provenance().isEmpty()) {
            body.put("provenance", settings.provenanceToJson());
        }
        if (!settings.effects().isEmpty()) {
            body.put("effects", settings.effectsToJson());
        }
        settings.card().ifPresent(card -> body.put("card", card.summary()));
        return body.build();
    }

    static JsonObject removed(String name) {
        return JsonObject.builder().put("name", name).build();
    }

    /** The connector that an entry of these kinds is about. */
    static String name(Entry entry) {
        return entry.body().text("name").orElse("");
    }

    static Set<String> topics(String name, Collection<ToolName> tools) {
        Set<String> topics = new TreeSet<>();
        topics.add(Topics.connector(name));
        tools.forEach(tool -> topics.add(Topics.tool(tool)));
        return topics;
    }

    /** Whether an entry says all of that: further members, such as who did it, may stand beside it. */
    static boolean says(Entry entry, JsonObject body) {
        return body.members().entrySet().stream()
                .allMatch(member -> entry.body()
                        .get(member.getKey())
                        .filter(member.getValue()::equals)
                        .isPresent());
    }

    static boolean says(Entry entry, String member, Digest digest) {
        return says(entry, new JsonObject(Map.of(member, new JsonString(digest.value()))));
    }
}
