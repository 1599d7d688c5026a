package dev.writ.gateway.catalog;

import dev.writ.gateway.catalog.Deviation.Kind;
import dev.writ.gateway.catalog.Deviation.Reason;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps definitions with warnings from being pinned with a server that is registered, where its operator wants them to wait. What is not
 * pinned is to the connector something that the server added, and goes the way of that.
 */
@ApplicationScoped
class FirstSight {

    private final Catalog catalog;
    private final KnownNames names;

    FirstSight(Catalog catalog, KnownNames names) {
        this.catalog = catalog;
        this.names = names;
    }

    /** @param held what was left out of the settings, each with why */
    record Seen(ConnectorSettings settings, List<Waiting> held) {}

    /** A definition that waits. */
    record Waiting(Deviation deviation, String warning) {
        @Override
        public String toString() {
            return deviation.kind().text() + " '" + Visible.text(deviation.own())
                    + "': waits in quarantine, for it has warnings: " + warning;
        }
    }

    /** @param settings with all that the server offers */
    Seen look(ConnectorSettings settings) {
        if (settings.mcp().filter(McpServer::quarantineSuspicious).isEmpty()) {
            return new Seen(settings, List.of());
        }
        JsonObject listing = listing(settings);
        JsonObject.Builder document = JsonObject.builder();
        listing.members().forEach(document::put);
        Set<String> siblings = items(listing, Kind.TOOL).stream()
                .filter(JsonObject.class::isInstance)
                .flatMap(tool -> ((JsonObject) tool).text("name").stream())
                .collect(Collectors.toSet());
        List<Waiting> held = new ArrayList<>();
        for (Kind kind : Kind.LISTED) {
            Set<JsonValue> pinned = pinned(settings.name(), kind);
            List<JsonValue> rest = new ArrayList<>();
            for (JsonValue item : items(listing, kind)) {
                Optional<Waiting> waiting =
                        pinned.contains(item) ? Optional.empty() : waiting(settings.name(), kind, item, siblings);
                waiting.ifPresentOrElse(held::add, () -> rest.add(item));
            }
            if (listing.get(kind.list()).isPresent()) {
                document.put(kind.list(), new JsonArray(rest));
            }
        }
        ConnectorSettings seen = settings.with(document.build().toJson());
        for (Waiting waiting : held) {
            ConnectorSettings next = seen;
            seen = waiting.deviation().tool(settings.name()).map(next::without).orElse(next);
        }
        return new Seen(held.isEmpty() ? settings : seen, held);
    }

    private Optional<Waiting> waiting(String connector, Kind kind, JsonValue item, Set<String> siblings) {
        if (!(item instanceof JsonObject definition)) {
            return Optional.empty();
        }
        String own = definition
                .text("name")
                .filter(name -> kind != Kind.RESOURCE)
                .or(() -> definition.text("uriTemplate"))
                .orElse("");
        return names.warnings(definition, connector, own, siblings).stream()
                .findFirst()
                .map(warning -> new Waiting(
                        new Deviation(kind, own, Reason.ADDED, Optional.empty(), Optional.of(definition)), warning));
    }

    /** What somebody has let pass already. */
    private Set<JsonValue> pinned(String connector, Kind kind) {
        return catalog.standing(connector)
                .filter(Standing.Pinned.class::isInstance)
                .map(Standing.Pinned.class::cast)
                .map(pinned -> pinned.connector().settings())
                .filter(settings -> settings.mcp().isPresent())
                .map(settings -> new HashSet<>(items(listing(settings), kind)))
                .orElseGet(HashSet::new);
    }

    private static JsonObject listing(ConnectorSettings settings) {
        return (JsonObject)
                JsonValue.parseKeepingDigits(settings.document().getBytes(StandardCharsets.UTF_8), JsonLimits.TRUSTED);
    }

    private static List<JsonValue> items(JsonObject listing, Kind kind) {
        return listing.array(kind.list()).map(JsonArray::items).orElse(List.of());
    }
}
