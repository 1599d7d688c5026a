package dev.writ.gateway.mcp;

import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.catalog.Offer;
import dev.writ.model.JsonObject;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Streams that belong to no call, on which a client hears that its lists have changed. What it may see hangs on definitions, quarantine, rules,
 * kill switches and its key, so its lists themselves are compared, as often as it would ask for them otherwise.
 */
@ApplicationScoped
class Streams {

    private static final String SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId";
    private static final Map<Offer, String> MEMBERS =
            Map.of(Offer.TOOL, "toolsListChanged", Offer.PROMPT, "promptsListChanged");
    private static final Map<Offer, String> METHODS =
            Map.of(Offer.TOOL, "notifications/tools/list_changed", Offer.PROMPT, "notifications/prompts/list_changed");

    private final Vertx vertx;
    private final ToolCalls calls;
    private final McpConfig config;
    private final AtomicInteger open = new AtomicInteger();

    Streams(Vertx vertx, ToolCalls calls, McpConfig config) {
        this.vertx = vertx;
        this.calls = calls;
        this.config = config;
    }

    /** {@code GET} of a client of 2025. Completes when the stream is over. */
    Uni<Void> get(Visit visit) {
        return follow(
                visit,
                EnumSet.copyOf(METHODS.keySet()),
                JsonObject.empty(),
                () -> visit.reply().open());
    }

    /** {@code subscriptions/listen} of a client of 2026. */
    Uni<JsonObject> listen(Visit visit) {
        JsonObject filter = visit.asked()
                .params()
                .object("notifications")
                .orElseThrow(() -> McpException.invalid("'notifications' is missing; it is an object."));
        Set<Offer> wanted = EnumSet.noneOf(Offer.class);
        JsonObject.Builder honoured = JsonObject.builder();
        MEMBERS.forEach((offer, member) -> {
            if (filter.isTrue(member)) {
                wanted.add(offer);
                honoured.put(member, true);
            }
        });
        JsonObject tag = JsonObject.builder()
                .put(
                        "_meta",
                        JsonObject.builder()
                                .put(SUBSCRIPTION, visit.asked().id())
                                .build())
                .build();
        JsonObject acknowledged = JsonObject.builder()
                .put("notifications", honoured.build())
                .put("_meta", tag.get("_meta").orElseThrow())
                .build();
        return follow(
                        visit,
                        wanted,
                        tag,
                        () -> visit.reply()
                                .ask(Conversation.notification(
                                        "notifications/subscriptions/acknowledged", acknowledged)))
                .replaceWith(tag);
    }

    private Uni<Void> follow(Visit visit, Set<Offer> wanted, JsonObject tag, Runnable begin) {
        if (!visit.reply().takesEvents()) {
            throw McpException.of(
                    McpException.INVALID_REQUEST, 406, "Accept text/event-stream for this.", JsonObject.empty());
        }
        AtomicReference<Map<Offer, Set<String>>> last = new AtomicReference<>(seen(visit.asked()));
        if (open.incrementAndGet() > config.streams()) {
            open.decrementAndGet();
            throw McpException.of(
                    McpException.INTERNAL,
                    503,
                    "Too many streams are open here. Ask for lists again after a while instead.",
                    JsonObject.empty());
        }
        CompletableFuture<Void> over = new CompletableFuture<>();
        begin.run();
        Consumer<Map<Offer, Set<String>>> compare = now -> {
            Map<Offer, Set<String>> before = last.getAndSet(now);
            wanted.stream()
                    .filter(offer -> !Objects.equals(now.get(offer), before.get(offer)))
                    .forEach(offer -> visit.reply()
                            .ask(Conversation.notification(Objects.requireNonNull(METHODS.get(offer)), tag)));
        };
        long look = vertx.setPeriodic(
                Math.max(1, config.listLifetime().toMillis()),
                tick -> visit.there(() -> Uni.createFrom().item(() -> seen(visit.asked())))
                        .subscribe()
                        .with(compare, gone -> over.complete(null)));
        long end = vertx.setTimer(Math.max(1, config.streamLifetime().toMillis()), enough -> over.complete(null));
        visit.reply().onLeave(() -> over.complete(null));
        return Uni.createFrom().completionStage(over).onTermination().invoke(() -> {
            vertx.cancelTimer(look);
            vertx.cancelTimer(end);
            open.decrementAndGet();
        });
    }

    /** What it sees now, as far as it is on such lists. */
    private Map<Offer, Set<String>> seen(Asked asked) {
        Map<Offer, Set<String>> seen = new EnumMap<>(Offer.class);
        METHODS.keySet().forEach(offer -> seen.put(offer, Set.of()));
        seen.putAll(calls.tools(Submitting.onBehalfOf(asked)).stream()
                .filter(tool -> METHODS.containsKey(tool.offer()))
                .collect(Collectors.groupingBy(
                        tool -> tool.offer(),
                        Collectors.mapping(
                                tool -> tool.definition().name() + " " + tool.digest() + " " + tool.pinnedAt(),
                                Collectors.toSet()))));
        return seen;
    }
}
