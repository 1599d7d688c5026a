package dev.writ.gateway.mcp;

import dev.writ.gateway.call.ToolCalls;
import dev.writ.gateway.catalog.Offer;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
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

/** Streams that belong to no call, on which a client hears that its lists have changed. */
@ApplicationScoped
class Streams {

    private static final String SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId";
    private static final Map<Offer, String> MEMBERS =
            Map.of(Offer.TOOL, "toolsListChanged", Offer.PROMPT, "promptsListChanged");
    private static final Map<Offer, String> METHODS =
            Map.of(Offer.TOOL, "notifications/tools/list_changed", Offer.PROMPT, "notifications/prompts/list_changed");

    private final Vertx vertx;
    private final ToolCalls calls;
    private final ListWatches watches;
    private final McpConfig config;
    private final AtomicInteger open = new AtomicInteger();

    /** Those of each principal that has any. */
    private final Map<String, Integer> theirs = new ConcurrentHashMap<>();

    Streams(Vertx vertx, ToolCalls calls, ListWatches watches, McpConfig config) {
        this.vertx = vertx;
        this.calls = calls;
        this.watches = watches;
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
        Principal caller = calls.caller(Submitting.onBehalfOf(visit.asked()));
        enter(visit.principal());
        CompletableFuture<Void> over = new CompletableFuture<>();
        Heard heard = new Heard(visit.reply(), tag, wanted, () -> over.complete(null));
        try {
            watches.join(caller, heard);
        } catch (RuntimeException failed) {
            leave(visit.principal());
            throw failed;
        }
        long end = vertx.setTimer(Math.max(1, config.streamLifetime().toMillis()), enough -> over.complete(null));
        begin.run();
        visit.reply().onLeave(() -> over.complete(null));
        return Uni.createFrom().completionStage(over).onTermination().invoke(() -> {
            vertx.cancelTimer(end);
            watches.leave(caller, heard);
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

    /** What a client knows. */
    private static final class Heard implements ListWatches.Listener {

        private final Reply reply;
        private final JsonObject tag;
        private final Set<Offer> wanted;
        private final Runnable end;
        private final Map<Offer, Set<String>> known = new EnumMap<>(Offer.class);

        Heard(Reply reply, JsonObject tag, Set<Offer> wanted, Runnable end) {
            this.reply = reply;
            this.tag = tag;
            this.wanted = wanted;
            this.end = end;
        }

        /** One that does not keep up is told later. */
        @Override
        public void sees(Map<Offer, Set<String>> now) {
            for (Offer offer : wanted) {
                Set<String> items = now.getOrDefault(offer, Set.of());
                boolean isNews = known.containsKey(offer) && !items.equals(known.get(offer));
                if (!isNews || reply.tell(Conversation.notification(Objects.requireNonNull(METHODS.get(offer)), tag))) {
                    known.put(offer, items);
                }
            }
        }

        @Override
        public void ends() {
            end.run();
        }
    }
}
