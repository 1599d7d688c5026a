package dev.writ.gateway.mcp;

import dev.writ.connect.ResourceSource;
import dev.writ.gateway.call.Mode;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.mcp.Subscriptions.Followed;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** What there is to read, of the servers that a principal may read from, and reading it. */
@ApplicationScoped
class ResourceMethods {

    private static final Logger LOG = Logger.getLogger(ResourceMethods.class);

    private final ResourceHomes homes;
    private final PlainCalls plain;
    private final Lists lists;
    private final Subscriptions subscriptions;
    private final Catalog catalog;

    ResourceMethods(ResourceHomes homes, PlainCalls plain, Lists lists, Subscriptions subscriptions, Catalog catalog) {
        this.homes = homes;
        this.plain = plain;
        this.lists = lists;
        this.subscriptions = subscriptions;
        this.catalog = catalog;
    }

    Uni<JsonObject> list(Visit visit) {
        return homes.resources(homes.sources(visit.asked()))
                .map(listed -> page(visit.asked(), "resources", "uri", listed));
    }

    Uni<JsonObject> templates(Visit visit) {
        return homes.templates(homes.sources(visit.asked()))
                .map(listed -> page(visit.asked(), "resourceTemplates", "uriTemplate", listed));
    }

    /** What two servers claim is on neither's list, since it cannot be read. */
    private JsonObject page(Asked asked, String member, String key, List<ResourceHomes.Listed> listed) {
        SortedMap<String, Optional<JsonObject>> items = new TreeMap<>();
        for (ResourceHomes.Listed server : listed) {
            SortedMap<String, JsonObject> own = new TreeMap<>();
            server.items().forEach(item -> item.text(key).ifPresent(uri -> own.put(uri, item)));
            own.forEach((uri, item) ->
                    items.merge(uri, Optional.of(item), (first, second) -> Optional.<JsonObject>empty()));
        }
        SortedMap<String, JsonObject> clear = new TreeMap<>();
        items.forEach((uri, item) -> item.ifPresent(known -> clear.put(uri, known)));
        return lists.page(asked, member, clear);
    }

    Uni<JsonObject> read(Visit visit) {
        String uri = visit.asked().text("uri");
        return homes.of(visit.asked(), uri)
                .chain(connector -> call(visit, connector, uri, "read"))
                .map(result -> Continuations.asksForInput(result)
                        ? result
                        : lists.cacheable(visit.asked(), builder(result)).build());
    }

    Uni<JsonObject> subscribe(Visit visit) {
        if (subscriptions.isFull(visit.principal())) {
            throw McpException.invalid("This principal follows " + Subscriptions.MOST
                    + " resources here, and no more. Unsubscribe from one that is not needed.");
        }
        String uri = visit.asked().text("uri");
        return homes.of(visit.asked(), uri)
                .chain(connector -> call(visit, connector, uri, "subscribe").invoke(done -> {
                    if (!isRehearsal(visit)) {
                        subscriptions
                                .add(visit.principal(), new Followed(connector, uri))
                                .forEach(this::stop);
                    }
                }));
    }

    /** Whoever followed it has been forgotten, so nobody waits for that. A server that is not told only tells what nobody hears. */
    private void stop(Followed followed) {
        catalog.tool(ToolName.parse(followed.connector() + ResourceHomes.READ))
                .map(PinnedTool::connector)
                .filter(ResourceSource.class::isInstance)
                .map(ResourceSource.class::cast)
                .ifPresent(source -> source.unsubscribe(followed.uri())
                        .subscribe()
                        .with(
                                told -> {},
                                failed -> LOG.infof("server not told to stop connector=%s", followed.connector())));
    }

    /** Takes back the caller's own, which has no effect on anybody else and so needs no decision. */
    Uni<JsonObject> unsubscribe(Visit visit) {
        String uri = visit.asked().text("uri");
        if (isRehearsal(visit)) {
            return Uni.createFrom().item(JsonObject.empty());
        }
        Map<String, ResourceSource> sources = homes.sources(visit.asked());
        return homes.of(visit.asked(), uri)
                .chain(connector -> Optional.ofNullable(sources.get(connector))
                        .filter(source -> subscriptions.remove(visit.principal(), new Followed(connector, uri)))
                        .map(source -> source.unsubscribe(uri))
                        .orElseGet(() -> Uni.createFrom().voidItem()))
                .replaceWith(JsonObject.empty());
    }

    /** A rehearsal's subscription is the sandbox's, and nobody follows the resource itself because of it. */
    private static boolean isRehearsal(Visit visit) {
        return Submitting.mode(visit.asked()) == Mode.REHEARSE;
    }

    private Uni<JsonObject> call(Visit visit, String connector, String uri, String what) {
        JsonObject arguments = JsonObject.builder().put("uri", uri).build();
        ToolName tool = ToolName.parse(connector + ".mcp.resources." + what);
        return visit.there(() -> plain.call(visit, Submitting.of(visit.asked(), tool, arguments)));
    }

    private static JsonObject.Builder builder(JsonObject result) {
        JsonObject.Builder builder = JsonObject.builder();
        result.members().forEach(builder::put);
        return builder;
    }
}
