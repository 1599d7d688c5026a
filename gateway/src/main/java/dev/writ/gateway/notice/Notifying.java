package dev.writ.gateway.notice;

import dev.writ.audit.AuditReader;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.ApprovalKinds;
import dev.writ.gateway.task.Next;
import dev.writ.gateway.task.TaskHandler;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * Sends what a channel is to be told, at least once each, or lets it be a dead letter. What is sent is read from the log at that
 * moment: the outbox says only that there is something to tell.
 */
@ApplicationScoped
class Notifying implements TaskHandler {

    private static final Logger LOG = Logger.getLogger(Notifying.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration KEPT = Duration.ofHours(1);

    /** Leaves time for one more message before the task counts as failed. */
    private static final Duration TURN = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int MOST_AT_ONCE = 10_000;

    private final Channels channels;
    private final Outbox outbox;
    private final AuditReader reader;
    private final Post post;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private final NotificationsConfig config;
    private final Semaphore slots;

    Notifying(
            Channels channels,
            Outbox outbox,
            AuditReader reader,
            Post post,
            InstantSource clock,
            MeterRegistry meters,
            NotificationsConfig config) {
        this.channels = channels;
        this.outbox = outbox;
        this.reader = reader;
        this.post = post;
        this.clock = clock;
        this.meters = meters;
        this.config = config;
        this.slots = new Semaphore(config.concurrency());
    }

    @Override
    public String task() {
        return Channels.TASK;
    }

    @Override
    public Duration patience() {
        return PATIENCE;
    }

    @Override
    public Uni<Next> run(String instance) {
        if (channels.isRemoved(instance)) {
            return Uni.createFrom().item(Next.done());
        }
        Optional<Channel> channel = channels.of(instance);
        // It may have been added at another replica a moment ago. Slow receivers must not keep other tasks from their
        // threads.
        if (channel.isEmpty() || !slots.tryAcquire()) {
            return Uni.createFrom().item(soon());
        }
        return turn(channel.get()).replaceWith(this::soon).onTermination().invoke(slots::release);
    }

    private Next soon() {
        return Next.again(clock.instant().plus(EVERY));
    }

    private Uni<Void> turn(Channel channel) {
        Instant now = clock.instant();
        return outbox.due(channel.id(), now, MOST_AT_ONCE)
                .chain(due -> due.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : outbox.messagesSince(channel.id(), now.minus(MINUTE))
                                .map(sent -> Folding.of(due, config.perMinute() - sent))
                                .chain(messages -> send(channel, messages, now.plus(TURN)))
                                .chain(() -> outbox.sweep(channel.id(), now.minus(KEPT))));
    }

    private Uni<Void> send(Channel channel, List<List<Outbox.Pending>> messages, Instant until) {
        if (messages.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return channels.address(channel)
                .chain(address -> Multi.createFrom()
                        .iterable(messages)
                        .onItem()
                        .transformToUniAndConcatenate(message -> clock.instant().isAfter(until)
                                ? Uni.createFrom().voidItem()
                                : begin(channel, address, message))
                        .collect()
                        .asList()
                        .replaceWithVoid());
    }

    private Uni<Void> begin(Channel channel, Optional<Address> address, List<Outbox.Pending> pending) {
        String id = id(pending);
        return outbox.begin(pending.stream().map(Outbox.Pending::id).toList(), id, clock.instant(), config.retryAfter())
                .chain(begun -> begun.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : message(pending)
                                .chain(message -> message.map(known -> deliver(channel, address, known, id, begun))
                                        .orElseGet(() -> outbox.drop(begun))));
    }

    /** The same for each attempt to send the same. */
    private static String id(List<Outbox.Pending> pending) {
        Outbox.Pending first = pending.get(0);
        return pending.size() == 1
                ? "notifications/" + first.id()
                : "notifications/" + first.id() + "-"
                        + pending.get(pending.size() - 1).id() + "/" + pending.size();
    }

    /** What there is to tell; empty if that is over. */
    private Uni<Optional<Message>> message(List<Outbox.Pending> pending) {
        if (pending.size() > 1) {
            Map<Occasion, Integer> counts = new EnumMap<>(Occasion.class);
            pending.forEach(one -> counts.merge(one.occasion(), 1, Integer::sum));
            return Uni.createFrom().item(Optional.of(new Message.Folded(counts)));
        }
        Outbox.Pending one = pending.get(0);
        // Without inputs: nothing confidential is at hand here that could get into a message.
        return reader.ofCalls(Set.of(one.call()), ApprovalKinds.ALL)
                .map(entries -> Approval.of(entries)
                        .filter(approval -> one.occasion() != Occasion.REMINDER || approval.isOpenAt(clock.instant()))
                        .map(approval -> new Message.One(one.occasion(), approval)));
    }

    private Uni<Void> deliver(
            Channel channel, Optional<Address> address, Message message, String id, List<Long> begun) {
        return address.map(known -> post.send(known, message, id))
                .orElseGet(() -> Uni.createFrom().item(Post.Outcome.failed("its row is not what its entry says")))
                .chain(outcome -> outcome.problem()
                        .map(problem -> failed(channel, begun, problem, outcome.isFinal()))
                        .orElseGet(() -> {
                            count(channel, "sent", begun.size());
                            return outbox.sent(begun);
                        }));
    }

    private Uni<Void> failed(Channel channel, List<Long> begun, String problem, boolean isFinal) {
        return outbox.failed(begun, problem, isFinal ? 0 : config.attempts())
                .invoke(dead -> {
                    count(channel, "failed", begun.size() - dead);
                    count(channel, "dead", dead);
                    if (dead > 0) {
                        LOG.warnf(
                                "notifications could not be sent and are given up channel=%s kind=%s count=%d problem=%s",
                                channel.id(), channel.kind().text(), dead, problem);
                    }
                })
                .replaceWithVoid();
    }

    private void count(Channel channel, String result, int count) {
        meters.counter("writ.notifications", "kind", channel.kind().text(), "result", result)
                .increment(count);
    }
}
