package dev.writ.connect.mcp;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the lists of a server, page by page, and no more than allowed. */
final class Lists {

    private static final int MAX_PAGES = 200;

    private final McpConnectorSettings settings;
    private final Session session;

    Lists(McpConnectorSettings settings, Session session) {
        this.settings = settings;
        this.session = session;
    }

    /** Tools, prompts and templates, as far as the server says that it has any. */
    Future<McpListing> all() {
        return definitions()
                .compose(listing -> resourceTemplates()
                        .map(templates -> new McpListing(
                                listing.server(),
                                listing.capabilities(),
                                listing.instructions(),
                                listing.tools(),
                                listing.prompts(),
                                templates)));
    }

    /** Tools and prompts. */
    Future<McpListing> definitions() {
        return read("tools", "tools/list", "tools")
                .compose(tools -> read("prompts", "prompts/list", "prompts")
                        .map(prompts -> new McpListing(
                                session.server(),
                                session.capabilities(),
                                session.instructions(),
                                tools,
                                prompts,
                                List.of())));
    }

    Future<List<JsonObject>> resources() {
        return read("resources", "resources/list", "resources");
    }

    Future<List<JsonObject>> resourceTemplates() {
        return read("resources", "resources/templates/list", "resourceTemplates")
                // Servers that have resources and no templates often do not know the method.
                .recover(cause -> isUnknownMethod(cause)
                        ? Future.succeededFuture(List.<JsonObject>of())
                        : Future.failedFuture(cause));
    }

    private static boolean isUnknownMethod(Throwable cause) {
        return cause instanceof ServerException server
                && server.why().fold(ended -> false, failed -> failed.failure().code() == -32601);
    }

    private Future<List<JsonObject>> read(String capability, String method, String member) {
        return session.offers(capability)
                ? page(method, member, Optional.empty(), new ArrayList<>(), new HashSet<>())
                : Future.succeededFuture(List.of());
    }

    private Future<List<JsonObject>> page(
            String method, String member, Optional<String> cursor, List<JsonObject> read, Set<String> cursors) {
        JsonObject params = JsonObject.builder().put("cursor", cursor).build();
        return session.ask(method, params, settings.connectTimeout()).compose(page -> {
            Optional<List<JsonObject>> items = items(page, member);
            if (items.isEmpty()) {
                return Future.failedFuture(
                        ServerException.because("the server's answer to '" + method + "' is no list"));
            }
            read.addAll(items.get());
            if (read.size() > settings.maxListed()) {
                return Future.failedFuture(
                        ServerException.because("the server lists more than " + settings.maxListed() + " " + member));
            }
            Optional<String> next = page.text("nextCursor");
            if (next.isEmpty()) {
                return Future.succeededFuture(List.copyOf(read));
            }
            if (!cursors.add(next.get()) || cursors.size() >= MAX_PAGES) {
                return Future.failedFuture(ServerException.because("the server's list of " + member + " has no end"));
            }
            return page(method, member, next, read, cursors);
        });
    }

    private static Optional<List<JsonObject>> items(JsonObject page, String member) {
        List<JsonValue> items = page.array(member).map(JsonArray::items).orElse(List.of());
        boolean objects = page.array(member).isPresent() && items.stream().allMatch(JsonObject.class::isInstance);
        return objects ? Optional.of(items.stream().map(JsonObject.class::cast).toList()) : Optional.empty();
    }
}
