package dev.writ.gateway.mcp;

import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.Offer;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How the gateway introduces itself. */
@ApplicationScoped
class Greeting {

    static final String SERVER_INFO = "io.modelcontextprotocol/serverInfo";

    private static final String INSTRUCTIONS =
            "Each call is decided by rules before it runs. A result with isError and _meta[\"dev.writ/decision\"] is such a decision: do"
                    + " not repeat a denied call unchanged; follow its hint if it has one. PENDING_APPROVAL means that people have to agree"
                    + " first: leave the arguments as they are and ask writ_call_status for the result.";

    private static final JsonObject CHANGES =
            JsonObject.builder().put("listChanged", true).build();

    private final ClientSessions sessions;
    private final Lists lists;
    private final Catalog catalog;
    private final JsonObject serverInfo;

    Greeting(
            ClientSessions sessions,
            Lists lists,
            Catalog catalog,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.sessions = sessions;
        this.lists = lists;
        this.catalog = catalog;
        this.serverInfo = JsonObject.builder()
                .put("name", "writ")
                .put("title", "Writ")
                .put("version", version)
                .build();
    }

    JsonObject serverInfo() {
        return serverInfo;
    }

    /** For clients of 2025; the session's token goes into the header. */
    JsonObject initialize(Visit visit) {
        Asked asked = visit.asked();
        Revision revision = Revision.negotiated(asked.text("protocolVersion"));
        JsonObject declared = asked.params().object("capabilities").orElseGet(JsonObject::empty);
        String client = asked.params()
                .object("clientInfo")
                .flatMap(info -> info.text("name"))
                .orElse("");
        visit.reply().header(Headers.SESSION, sessions.open(visit.principal(), revision, declared, client));
        return JsonObject.builder()
                .put("protocolVersion", revision.text())
                .put("capabilities", offered(revision))
                .put("serverInfo", serverInfo)
                .put("instructions", INSTRUCTIONS)
                .build();
    }

    /** For clients of 2026. */
    JsonObject discover(Visit visit) {
        JsonObject.Builder result = JsonObject.builder()
                .put("supportedVersions", supported())
                .put("capabilities", offered(Revision.V2026_07_28))
                .put("instructions", INSTRUCTIONS);
        return lists.cacheable(visit.asked(), result).build();
    }

    /** Older ones are spoken, too, but opened with {@code initialize}. */
    private static JsonArray supported() {
        return new JsonArray(Stream.concat(
                        Revision.modern().items().stream(),
                        Stream.of(Revision.V2025_11_25, Revision.V2025_06_18)
                                .<JsonValue>map(legacy -> new JsonString(legacy.text())))
                .toList());
    }

    /** What there is now, of some server; what a principal sees of it is in the lists. */
    private JsonObject offered(Revision revision) {
        JsonObject.Builder offered = JsonObject.builder().put("tools", CHANGES);
        Set<Offer> offers = catalog.tools().stream().map(PinnedTool::offer).collect(Collectors.toSet());
        if (offers.contains(Offer.PROMPT)) {
            offered.put("prompts", CHANGES);
        }
        if (offers.contains(Offer.RESOURCE)) {
            offered.put("resources", JsonObject.empty());
        }
        if (offers.contains(Offer.COMPLETION)) {
            offered.put("completions", JsonObject.empty());
        }
        if (revision.isModern()) {
            offered.put(
                    "extensions",
                    JsonObject.builder()
                            .put(Capabilities.TASKS, JsonObject.empty())
                            .build());
        } else {
            offered.put("logging", JsonObject.empty());
        }
        return offered.build();
    }
}
