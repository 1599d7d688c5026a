package dev.writ.gateway.webhook;

import dev.writ.audit.LogSigner;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.task.Next;
import dev.writ.gateway.task.TaskHandler;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/** Delivers an event at least once, or gives up after a day. A receiver tells repeats by their {@code webhook-id}. */
@ApplicationScoped
class Deliveries implements TaskHandler {

    private static final Logger LOG = Logger.getLogger(Deliveries.class);
    private static final Duration BUSY = Duration.ofSeconds(1);
    private static final int GONE = 410;

    private final Webhooks webhooks;
    private final Receivers receivers;
    private final GovernedState state;
    private final String origin;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private final Semaphore slots;

    Deliveries(
            Webhooks webhooks,
            Receivers receivers,
            GovernedState state,
            LogSigner signer,
            InstantSource clock,
            MeterRegistry meters,
            WebhookConfig config) {
        this.webhooks = webhooks;
        this.receivers = receivers;
        this.state = state;
        this.origin = signer.verifierKey().name();
        this.clock = clock;
        this.meters = meters;
        this.slots = new Semaphore(config.concurrency());
    }

    @Override
    public String task() {
        return Webhooks.TASK;
    }

    @Override
    public Uni<Next> run(String instance) {
        long index = Long.parseLong(instance);
        if (!slots.tryAcquire()) {
            // Slow receivers must not keep other tasks from their threads.
            return Uni.createFrom().item(Next.again(clock.instant().plus(BUSY)));
        }
        return state.entry(index)
                .chain(entry -> entry.flatMap(EndedCall::of)
                        .flatMap(ended -> webhooks.of(ended.agent()).map(webhook -> deliver(ended, webhook)))
                        .orElseGet(() -> Uni.createFrom().item(Next.done())))
                .onTermination()
                .invoke(slots::release);
    }

    private Uni<Next> deliver(EndedCall ended, Webhook webhook) {
        return webhooks.secret(webhook)
                .chain(secret -> secret.map(known -> post(ended, webhook, known))
                        .orElseGet(() -> Uni.createFrom().item(0)))
                .onFailure()
                .recoverWithItem(0)
                .chain(status -> conclude(ended, webhook, status));
    }

    private Uni<Integer> post(EndedCall ended, Webhook webhook, Secret secret) {
        String id = ended.webhookId(origin);
        String body = ended.event(origin).toJson();
        Instant now = clock.instant();
        return receivers.post(
                webhook.target(),
                Map.of(
                        "Content-Type",
                        EndedCall.MEDIA_TYPE,
                        "User-Agent",
                        "writ",
                        "webhook-id",
                        id,
                        "webhook-timestamp",
                        Long.toString(now.getEpochSecond()),
                        "webhook-signature",
                        secret.sign(id, now, body)),
                body);
    }

    /** @param status of the answer, 0 if there was none */
    private Uni<Next> conclude(EndedCall ended, Webhook webhook, int status) {
        if (status >= 200 && status < 300) {
            count("delivered");
            return Uni.createFrom().item(Next.done());
        }
        if (status == GONE) {
            count("gone");
            LOG.infof("receiver is gone, webhook removed agent=%s index=%d", webhook.agent(), webhook.index());
            return webhooks.remove(Actor.WRIT, webhook).replaceWith(Next.done());
        }
        return Uni.createFrom().item(later(ended.recorded(), webhook.agent()));
    }

    private Next later(Recorded recorded, String agent) {
        Optional<Instant> next = Patience.next(recorded.entry().at(), clock.instant());
        if (next.isPresent()) {
            count("failed");
            return Next.again(next.get());
        }
        count("given-up");
        LOG.warnf(
                "webhook could not be delivered for a day and is given up agent=%s index=%d", agent, recorded.index());
        return Next.done();
    }

    private void count(String result) {
        meters.counter("writ.webhooks", "result", result).increment();
    }
}
