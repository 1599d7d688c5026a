package dev.writ.connect.http;

import dev.writ.connect.net.SystemResolver;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The card in which an agent says what it is, at an address of its own. It is read without the agent's credential and without a permit.
 *
 * <p>Its {@code signatures} are left out, and not verified: they are about the rest of it, and a server may make them anew for each reader.
 *
 * @see <a href="https://a2a-protocol.org/latest/specification/#8-agent-discovery-the-agent-card">A2A 8</a>
 */
public final class AgentCard {

    /** A longer one could not be kept beside the entry that holds it. */
    static final int LONGEST = 128 * 1024;

    private static final OutboundRequest READ =
            new OutboundRequest("GET", "", Map.of(), Optional.empty(), new AnswerForm.Plain());

    private final HttpConnectorSettings settings;
    private final InstantSource clock;
    private final Upstream upstream;
    private final Slots slots = new Slots(2);

    private AgentCard(HttpConnectorSettings settings, Vertx vertx, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.upstream = new Upstream(settings, vertx, clock, new SystemResolver(vertx));
    }

    /**
     * Where a card is. Nothing is sent.
     *
     * @param settings whose base URL is the card's own, whole address; only what they say of reaching it counts
     */
    public static AgentCard at(HttpConnectorSettings.Builder settings, Vertx vertx, InstantSource clock) {
        return new AgentCard(settings.maxAnswerBytes(LONGEST).build(), vertx, clock);
    }

    /** What became of reading it. */
    public sealed interface Reading {}

    /** The card as it is now. */
    public record Read(JsonObject card) implements Reading {}

    /**
     * It is not known what it is now.
     *
     * @param reason without a word of what the server wrote
     */
    public record Unreadable(String reason) implements Reading {}

    /** The card as it is now. Never fails. */
    public Uni<Reading> read() {
        return Uni.createFrom()
                .deferred(() -> slots.take()
                        .map(this::read)
                        .orElseGet(() -> Uni.createFrom()
                                .item(new Unreadable(
                                        "the agent's card is being read already, and the server does not answer"))));
    }

    private Uni<Reading> read(Slots.Slot slot) {
        Instant deadline = clock.instant().plus(settings.timeout());
        return upstream.send(READ, Optional.empty(), Optional.empty(), deadline, slot)
                .onTermination()
                .invoke(slot::end)
                .map(
                        attempted -> attempted
                                .result()
                                .fold(
                                        succeeded -> card(succeeded.value()),
                                        failed -> new Unreadable("the agent's card could not be read: "
                                                + failed.reason().replace("; nothing was sent", "")),
                                        unknown -> new Unreadable(
                                                "the agent's card could not be read: no complete answer came, or none that is text")));
    }

    private static Reading card(JsonValue value) {
        if (!(value instanceof JsonObject card) || card.text("name").isEmpty()) {
            return new Unreadable("what is at the address of the agent's card is no JSON object with a 'name'");
        }
        Map<String, JsonValue> members = new LinkedHashMap<>(card.members());
        members.remove("signatures");
        return new Read(new JsonObject(members));
    }

    /** Whoever reads it now is answered. */
    public void close() {
        upstream.close();
    }

    @Override
    public String toString() {
        return "AgentCard[" + settings.baseUrl() + "]";
    }
}
