package dev.writ.gateway.export;

import dev.writ.audit.RowChange;
import dev.writ.gateway.auditing.StartNotes;
import dev.writ.gateway.task.Next;
import dev.writ.gateway.task.TaskHandler;
import dev.writ.gateway.task.Tasks;
import dev.writ.gateway.webhook.Receivers;
import dev.writ.model.JsonValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Delivers every entry to every forwarder's receiver at least once, in order of index, a batch at a time. A place in the log is
 * moved on only after its batch was accepted, so whoever dies in between leaves it to be delivered again.
 */
@ApplicationScoped
class Forwarding implements TaskHandler, StartNotes {

    static final String TASK = "forward";

    /** Leaves time for one more delivery before a task counts as failed. */
    private static final Duration TURN = Duration.ofSeconds(4);

    private static final Duration IDLE = Duration.ofSeconds(1);

    /** Another replica may have it configured. */
    private static final Duration NOT_OURS = Duration.ofSeconds(10);

    private final Map<String, Forwarder> forwarders;
    private final Feed feed;
    private final Places places;
    private final Receivers receivers;
    private final InstantSource clock;
    private final MeterRegistry meters;

    @Inject
    Forwarding(
            ForwardConfig config,
            Feed feed,
            Places places,
            Receivers receivers,
            InstantSource clock,
            MeterRegistry meters) {
        this(
                config.receivers().entrySet().stream()
                        .map(named -> Forwarder.of(named.getKey(), named.getValue()))
                        .toList(),
                feed,
                places,
                receivers,
                clock,
                meters);
    }

    Forwarding(
            Collection<Forwarder> forwarders,
            Feed feed,
            Places places,
            Receivers receivers,
            InstantSource clock,
            MeterRegistry meters) {
        this.forwarders = new TreeMap<>();
        forwarders.forEach(forwarder -> this.forwarders.put(forwarder.name(), forwarder));
        this.feed = feed;
        this.places = places;
        this.receivers = receivers;
        this.clock = clock;
        this.meters = meters;
    }

    Collection<String> names() {
        return forwarders.keySet();
    }

    @Override
    public String task() {
        return TASK;
    }

    @Override
    public Map<String, JsonValue> at(long size) {
        return Map.of();
    }

    @Override
    public List<RowChange> rows(Instant now) {
        return forwarders.values().stream()
                .flatMap(forwarder -> Stream.of(
                        Places.begin(forwarder.name(), forwarder.start()), Tasks.at(TASK, forwarder.name(), now)))
                .toList();
    }

    @Override
    public Uni<Next> run(String instance) {
        Forwarder forwarder = forwarders.get(instance);
        return forwarder == null
                ? later(NOT_OURS)
                : turn(forwarder, clock.instant().plus(TURN));
    }

    private Uni<Next> turn(Forwarder forwarder, Instant until) {
        return places.of(forwarder.name())
                .chain(place -> place.map(from -> feed.from(from, forwarder.kinds(), forwarder.batch())
                                .chain(batch -> batch.next().equals(from)
                                        ? later(IDLE)
                                        : deliver(forwarder, batch)
                                                .chain(done -> places.move(forwarder.name(), from, batch.next()))
                                                .chain(moved -> goOn(forwarder, until))))
                        .orElseGet(() -> later(NOT_OURS)));
    }

    private Uni<Next> goOn(Forwarder forwarder, Instant until) {
        return clock.instant().isBefore(until) ? turn(forwarder, until) : later(Duration.ZERO);
    }

    private Uni<Next> later(Duration wait) {
        return Uni.createFrom().item(Next.again(clock.instant().plus(wait)));
    }

    private Uni<Void> deliver(Forwarder forwarder, Feed.Batch batch) {
        if (batch.events().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        Wire.Message message = forwarder.wire().message(batch.events(), clock.instant());
        return receivers
                .post(forwarder.target(), forwarder.headers(message), message.body())
                .onFailure()
                .invoke(failure -> count(forwarder, "failed", 1))
                .invoke(status -> {
                    if (status < 200 || status >= 300) {
                        count(forwarder, "refused", 1);
                        throw new RefusedException(status);
                    }
                    count(forwarder, "delivered", batch.events().size());
                })
                .replaceWithVoid();
    }

    private void count(Forwarder forwarder, String result, int entries) {
        meters.counter("writ.forward", "forwarder", forwarder.name(), "result", result)
                .increment(entries);
    }
}
