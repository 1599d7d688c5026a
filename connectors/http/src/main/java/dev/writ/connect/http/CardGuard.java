package dev.writ.connect.http;

import dev.writ.connect.Connector;
import dev.writ.connect.Dialogue;
import dev.writ.connect.Health;
import dev.writ.connect.Permit;
import dev.writ.connect.ToolResult;
import dev.writ.connect.ToolResult.Failed;
import dev.writ.connect.ToolResult.Traffic;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Calls an agent only while its card is the one that an operator has approved. The card is read before a call, unless that was done within
 * the last five seconds; and once in a while besides, so that a change is noticed that no call meets.
 */
public final class CardGuard implements Connector {

    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final Connector agent;
    private final AgentCard card;
    private final JsonObject approved;
    private final Consumer<Optional<JsonObject>> listener;
    private final Vertx vertx;
    private final InstantSource clock;
    private final long timer;
    private Optional<Asked> last = Optional.empty();
    private Optional<JsonObject> told = Optional.empty();

    /** One reading, which may be under way. */
    private record Asked(Instant at, Uni<AgentCard.Reading> answer) {}

    private CardGuard(
            Connector agent,
            AgentCard card,
            JsonObject approved,
            Consumer<Optional<JsonObject>> listener,
            Vertx vertx,
            InstantSource clock,
            Duration period) {
        this.agent = agent;
        this.card = card;
        this.approved = approved;
        this.listener = listener;
        this.vertx = vertx;
        this.clock = clock;
        this.timer = vertx.setPeriodic(
                period.toMillis(), time -> current().subscribe().with(read -> {}));
    }

    /**
     * Puts a guard before an agent. Nothing is sent.
     *
     * @param agent closes with it
     * @param card closes with it
     * @param approved the card that an operator has approved
     * @param listener is told of a card that differs, and with nothing once it does not; each time once. From any thread
     */
    public static CardGuard before(
            Connector agent,
            AgentCard card,
            JsonObject approved,
            Consumer<Optional<JsonObject>> listener,
            Vertx vertx,
            InstantSource clock) {
        return before(agent, card, approved, listener, vertx, clock, PERIOD);
    }

    static CardGuard before(
            Connector agent,
            AgentCard card,
            JsonObject approved,
            Consumer<Optional<JsonObject>> listener,
            Vertx vertx,
            InstantSource clock,
            Duration period) {
        return new CardGuard(agent, card, approved, listener, vertx, clock, period);
    }

    @Override
    public String name() {
        return agent.name();
    }

    @Override
    public List<ToolDefinition> tools() {
        return agent.tools();
    }

    @Override
    public Health health() {
        return agent.health();
    }

    @Override
    public Uni<ToolResult> invoke(Permit permit, Dialogue dialogue) {
        // Remembered, so that subscribing twice does not send twice.
        return Uni.createFrom()
                .deferred(() -> refusal(permit)
                        .chain(refusal ->
                                refusal.map(CardGuard::notSent).orElseGet(() -> agent.invoke(permit, dialogue))))
                .memoize()
                .indefinitely();
    }

    /** Why the agent must not be called now, if it must not. */
    private Uni<Optional<String>> refusal(Permit permit) {
        Duration left = Duration.between(clock.instant(), permit.deadline());
        if (left.toMillis() < 1) {
            // The agent's own connector says so.
            return Uni.createFrom().item(Optional.empty());
        }
        return current()
                .map(this::refusal)
                .ifNoItem()
                .after(left)
                .recoverWithItem(Optional.of("the agent's card could not be read in time"));
    }

    private Optional<String> refusal(AgentCard.Reading reading) {
        if (reading instanceof AgentCard.Read read) {
            return read.card().equals(approved)
                    ? Optional.empty()
                    : Optional.of("the agent's card is not the one that was approved; an operator must review it");
        }
        return Optional.of(((AgentCard.Unreadable) reading).reason());
    }

    private synchronized Uni<AgentCard.Reading> current() {
        Instant now = clock.instant();
        // A clock that was set back makes nothing fresh.
        Optional<Asked> fresh = last.filter(
                asked -> !asked.at().isAfter(now) && !asked.at().plus(FRESH).isBefore(now));
        if (fresh.isPresent()) {
            return fresh.get().answer();
        }
        Asked asked = new Asked(now, card.read().invoke(this::heard).memoize().indefinitely());
        last = Optional.of(asked);
        return asked.answer();
    }

    private synchronized void heard(AgentCard.Reading reading) {
        if (!(reading instanceof AgentCard.Read read)) {
            last = Optional.empty();
            return;
        }
        Optional<JsonObject> now = Optional.of(read.card());
        if (!told.equals(now)) {
            listener.accept(now.filter(live -> !live.equals(approved)));
            told = now;
        }
    }

    private static Uni<ToolResult> notSent(String reason) {
        return Uni.createFrom().item(new Failed(reason + "; nothing was sent", Optional.empty(), Traffic.NONE));
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
        card.close();
        agent.close();
    }

    @Override
    public String toString() {
        return "CardGuard[" + agent + "]";
    }
}
