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
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Which server a resource belongs to: the only one that lists it or has a template that fits. Two that claim the same are both not believed,
 * and nobody is while one does not answer. That there is only one server makes nothing its own: it would be told of URIs of others, and
 * answer in their place.
 */
@ApplicationScoped
class ResourceHomes {

    static final String READ = ".mcp.resources.read";

    private static final Logger LOG = Logger.getLogger(ResourceHomes.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final What RESOURCES = new What("resources", ResourceSource::resources);
    private static final What TEMPLATES = new What("resourceTemplates", ResourceSource::resourceTemplates);

    private final ToolCalls calls;

    ResourceHomes(ToolCalls calls) {
        this.calls = calls;
    }

    /** What a server lists, by its connector's name. */
    record Listed(String connector, List<JsonObject> items) {}

    /** What is asked for, and the member that it is answered in. */
    private record What(String member, Function<ResourceSource, Uni<JsonObject>> asking) {}

    /** A server that did not answer. */
    private static final class SilentException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        SilentException() {
            super("a server did not answer", null, false, false);
        }
    }

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
        return shown(sources, RESOURCES);
    }

    Uni<List<Listed>> templates(Map<String, ResourceSource> sources) {
        return shown(sources, TEMPLATES);
    }

    /** The connector that a resource is read from. Fails with an error of JSON-RPC if there is none, or more than one. */
    Uni<String> of(Asked asked, String uri) {
        return of(asked.revision(), sources(asked), uri);
    }

    /** Nobody's list beats another one's template: who lists what belongs to somebody else would be read in their place. */
    static Uni<String> of(Revision revision, Map<String, ResourceSource> sources, String uri) {
        return Uni.combine()
                .all()
                .unis(asked(sources, RESOURCES), asked(sources, TEMPLATES))
                .asTuple()
                .map(both -> {
                    Set<String> owners = claiming(
                            both.getItem1(),
                            item -> item.text("uri").filter(uri::equals).isPresent());
                    owners.addAll(claiming(
                            both.getItem2(),
                            item -> item.text("uriTemplate")
                                    .filter(template -> fits(template, uri))
                                    .isPresent()));
                    return only(revision, uri, owners);
                })
                .onFailure(SilentException.class)
                .transform(silent -> unsure(revision, uri));
    }

    /** The connector whose server lists that template. */
    Uni<String> ofTemplate(Asked asked, String template) {
        return asked(sources(asked), TEMPLATES)
                .map(listed -> only(
                        asked.revision(),
                        template,
                        claiming(
                                listed,
                                item -> item.text("uriTemplate")
                                        .filter(template::equals)
                                        .isPresent())))
                .onFailure(SilentException.class)
                .transform(silent -> unsure(asked.revision(), template));
    }

    private static Set<String> claiming(List<Listed> listed, Predicate<JsonObject> claims) {
        Set<String> owners = new TreeSet<>();
        listed.stream()
                .filter(server -> server.items().stream().anyMatch(claims))
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

    private static McpException unsure(Revision revision, String uri) {
        return notFound(
                revision,
                uri,
                "A server did not say what it has, and this might be its own. Nothing was read. Try again later.");
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

    /** One that cannot be reached is left out, so that the others can be shown. */
    private static Uni<List<Listed>> shown(Map<String, ResourceSource> sources, What what) {
        return all(
                sources,
                (connector, source) ->
                        listed(connector, source, what).onFailure().recoverWithItem(new Listed(connector, List.of())));
    }

    /** Fails with {@link SilentException} if one cannot be reached: whose a resource is cannot be said without it. */
    private static Uni<List<Listed>> asked(Map<String, ResourceSource> sources, What what) {
        return all(
                sources,
                (connector, source) ->
                        listed(connector, source, what).onFailure().transform(failed -> new SilentException()));
    }

    private static Uni<Listed> listed(String connector, ResourceSource source, What what) {
        return what.asking()
                .apply(source)
                .ifNoItem()
                .after(LIMIT)
                .fail()
                .map(list -> new Listed(connector, objects(list, what.member())))
                .onFailure()
                .invoke(failed -> LOG.warnf("resources not listed connector=%s", connector));
    }

    private static Uni<List<Listed>> all(
            Map<String, ResourceSource> sources, BiFunction<String, ResourceSource, Uni<Listed>> asking) {
        List<Uni<Listed>> asked = new ArrayList<>();
        sources.forEach((connector, source) -> asked.add(asking.apply(connector, source)));
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
