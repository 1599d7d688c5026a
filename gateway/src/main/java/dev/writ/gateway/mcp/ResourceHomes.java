package dev.writ.gateway.mcp;

import dev.writ.connect.ResourceSource;
import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Which server a resource belongs to: the only one there is, or else the one that lists it, or else the one with a template that fits. Two
 * that claim the same are both not believed.
 */
@ApplicationScoped
class ResourceHomes {

    static final String READ = ".mcp.resources.read";

    private static final Logger LOG = Logger.getLogger(ResourceHomes.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ToolCalls calls;

    ResourceHomes(ToolCalls calls) {
        this.calls = calls;
    }

    /** What a server lists, by its connector's name. */
    record Listed(String connector, List<JsonObject> items) {}

    /** The servers whose resources the caller may read. */
    Map<String, ResourceSource> sources(Asked asked) {
        Map<String, ResourceSource> sources = new TreeMap<>();
        for (PinnedTool tool : calls.tools(Submitting.onBehalfOf(asked))) {
            String connector = tool.definition().connector();
            if (tool.definition().name().value().equals(connector + READ)
                    && tool.connector() instanceof ResourceSource source) {
                sources.put(connector, source);
            }
        }
        return sources;
    }

    Uni<List<Listed>> resources(Map<String, ResourceSource> sources) {
        return all(sources, "resources", ResourceSource::resources);
    }

    Uni<List<Listed>> templates(Map<String, ResourceSource> sources) {
        return all(sources, "resourceTemplates", ResourceSource::resourceTemplates);
    }

    /** The connector that a resource is read from. Fails with an error of JSON-RPC if there is none, or more than one. */
    Uni<String> of(Asked asked, String uri) {
        Map<String, ResourceSource> sources = sources(asked);
        if (sources.size() == 1) {
            return Uni.createFrom().item(sources.keySet().iterator().next());
        }
        return resources(sources)
                .map(listed -> claiming(
                        listed, item -> item.text("uri").filter(uri::equals).isPresent()))
                .chain(owners -> owners.isEmpty()
                        ? templates(sources)
                                .map(listed -> claiming(
                                        listed,
                                        item -> item.text("uriTemplate")
                                                .filter(template -> fits(template, uri))
                                                .isPresent()))
                        : Uni.createFrom().item(owners))
                .map(owners -> only(asked.revision(), uri, owners));
    }

    /** The connector whose server lists that template. */
    Uni<String> ofTemplate(Asked asked, String template) {
        return templates(sources(asked))
                .map(listed -> claiming(
                        listed,
                        item -> item.text("uriTemplate")
                                .filter(template::equals)
                                .isPresent()))
                .map(owners -> only(asked.revision(), template, owners));
    }

    private static Set<String> claiming(List<Listed> listed, Function<JsonObject, Boolean> claims) {
        Set<String> owners = new TreeSet<>();
        listed.stream()
                .filter(server -> server.items().stream().anyMatch(claims::apply))
                .forEach(server -> owners.add(server.connector()));
        return owners;
    }

    private static String only(Revision revision, String uri, Set<String> owners) {
        if (owners.size() == 1) {
            return owners.iterator().next();
        }
        throw notFound(
                revision,
                uri,
                owners.isEmpty()
                        ? "There is no such resource. resources/list has those there are."
                        : "More than one server claims this resource, so none is read.");
    }

    static McpException notFound(Revision revision, String uri, String message) {
        return McpException.of(
                revision.isModern() ? McpException.INVALID_PARAMS : McpException.RESOURCE_NOT_FOUND_2025,
                200,
                message,
                JsonObject.builder().put("uri", uri).build());
    }

    /** Whether the literal parts of a template (RFC 6570) are in it, one after the other. */
    static boolean fits(String template, String uri) {
        List<String> literals = new ArrayList<>(List.of(template.split("\\{[^}]*}", -1)));
        if (literals.size() == 1) {
            return template.equals(uri);
        }
        String first = literals.remove(0);
        String last = literals.remove(literals.size() - 1);
        if (uri.length() < first.length() + last.length() || !uri.startsWith(first) || !uri.endsWith(last)) {
            return false;
        }
        int at = first.length();
        int end = uri.length() - last.length();
        for (String literal : literals) {
            int found = uri.indexOf(literal, at);
            if (found < 0 || found + literal.length() > end) {
                return false;
            }
            at = found + literal.length();
        }
        return true;
    }

    /** One that cannot be reached is left out, so that the others can be. */
    private static Uni<List<Listed>> all(
            Map<String, ResourceSource> sources, String member, Function<ResourceSource, Uni<JsonObject>> asking) {
        List<Uni<Listed>> asked = new ArrayList<>();
        sources.forEach((connector, source) -> asked.add(asking.apply(source)
                .ifNoItem()
                .after(LIMIT)
                .fail()
                .map(list -> new Listed(connector, objects(list, member)))
                .onFailure()
                .invoke(failed -> LOG.warnf("resources not listed connector=%s", connector))
                .onFailure()
                .recoverWithItem(new Listed(connector, List.of()))));
        return asked.isEmpty()
                ? Uni.createFrom().item(List.of())
                : Uni.join().all(asked).andFailFast();
    }

    private static List<JsonObject> objects(JsonObject list, String member) {
        return Optional.of(list).flatMap(known -> known.array(member)).map(JsonArray::items).orElse(List.of()).stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .toList();
    }
}
