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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** Those of each principal that has any. */
    private final Map<String, Integer> theirs = new ConcurrentHashMap<>();

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
        JsonObject meta =
                JsonObject.builder().put(SUBSCRIPTION, visit.asked().id()).build();
        JsonObject tag = JsonObject.builder().put("_meta", meta).build();
        JsonObject acknowledged = JsonObject.builder()
                .put("notifications", honoured.build())
                .put("_meta", meta)
                .build();
        return follow(
                        visit,
                        wanted,
                        tag,
                        () -> visit.reply()
                                .tell(Conversation.notification(
                                        "notifications/subscriptions/acknowledged", acknowledged)))
                .replaceWith(tag);
    }

    private Uni<Void> follow(Visit visit, Set<Offer> wanted, JsonObject tag, Runnable begin) {
        if (!visit.reply().takesEvents()) {
            throw McpException.of(
                    McpException.INVALID_REQUEST, 406, "Accept text/event-stream for this.", JsonObject.empty());
        }
        enter(visit.principal());
        Heard heard;
        try {
            heard = new Heard(visit, tag, seen(visit.asked(), wanted));
        } catch (RuntimeException failed) {
            leave(visit.principal());
            throw failed;
        }
        CompletableFuture<Void> over = new CompletableFuture<>();
        long look = vertx.setPeriodic(
                Math.max(1, config.listLifetime().toMillis()),
                tick -> visit.there(() -> Uni.createFrom().item(() -> look(visit, wanted, heard)))
                        .subscribe()
                        .with(
                                isStillCaller -> {
                                    if (!isStillCaller) {
                                        over.complete(null);
                                    }
                                },
                                gone -> over.complete(null)));
        long end = vertx.setTimer(Math.max(1, config.streamLifetime().toMillis()), enough -> over.complete(null));
        begin.run();
        visit.reply().onLeave(() -> over.complete(null));
        return Uni.createFrom().completionStage(over).onTermination().invoke(() -> {
            vertx.cancelTimer(look);
            vertx.cancelTimer(end);
            leave(visit.principal());
        });
    }

    private void enter(String principal) {
        int own = theirs.merge(principal, 1, Integer::sum);
        int all = open.incrementAndGet();
        if (own > config.streamsPerPrincipal() || all > config.streams()) {
            leave(principal);
            throw McpException.of(
                    McpException.INTERNAL,
                    own > config.streamsPerPrincipal() ? 429 : 503,
                    "Too many streams are open here. Ask for lists again after a while instead.",
                    JsonObject.empty());
        }
    }

    private void leave(String principal) {
        open.decrementAndGet();
        theirs.computeIfPresent(principal, (same, own) -> own > 1 ? own - 1 : null);
    }

    /** Tells what has changed; false if whoever listens may not any more. */
    private boolean look(Visit visit, Set<Offer> wanted, Heard heard) {
        boolean isStillCaller = calls.isStillCaller();
        if (isStillCaller) {
            heard.compare(seen(visit.asked(), wanted));
        }
        return isStillCaller;
    }

    /** What it sees now, as far as it is on such lists. */
    private Map<Offer, Set<String>> seen(Asked asked, Set<Offer> wanted) {
        Map<Offer, Set<String>> seen = new EnumMap<>(Offer.class);
        wanted.forEach(offer -> seen.put(offer, Set.of()));
        if (!wanted.isEmpty()) {
            seen.putAll(calls.tools(Submitting.onBehalfOf(asked)).stream()
                    .filter(tool -> wanted.contains(tool.offer()))
                    .collect(Collectors.groupingBy(
                            tool -> tool.offer(),
                            Collectors.mapping(
                                    tool -> tool.definition().name() + " " + tool.digest() + " " + tool.pinnedAt(),
                                    Collectors.toSet()))));
        }
        return seen;
    }

    /** What a client knows. All of it happens on its request's context, so one thing at a time. */
    private static final class Heard {

        private final Visit visit;
        private final JsonObject tag;
        private final Map<Offer, Set<String>> known;

        Heard(Visit visit, JsonObject tag, Map<Offer, Set<String>> known) {
            this.visit = visit;
            this.tag = tag;
            this.known = known;
        }

        /** One that does not keep up is told later. */
        void compare(Map<Offer, Set<String>> now) {
            now.forEach((offer, items) -> {
                boolean isNews = !items.equals(known.get(offer));
                if (isNews
                        && visit.reply()
                                .tell(Conversation.notification(Objects.requireNonNull(METHODS.get(offer)), tag))) {
                    known.put(offer, items);
                }
            });
        }
    }
}
