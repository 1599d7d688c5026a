package dev.writ.gateway.call;

import dev.writ.audit.AuditLog;
import dev.writ.audit.AuditReader;
import dev.writ.audit.AuditUnavailableException;
import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Receipt;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.auditing.Needed;
import dev.writ.gateway.auditing.StartNotes;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.webhook.Webhooks;
import dev.writ.model.CallId;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonValue;
import dev.writ.model.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * How allowed calls end: records each outcome exactly once, wakes whoever waits for it, and sees to calls whose process died or
 * whose outcome could not be recorded.
 *
 * <p>The entry key {@code executed/<call>} settles every race: between the process that invoked and a sweeper, and between
 * sweepers.
 */
@ApplicationScoped
class Outcomes implements LogFollower, StartNotes, Needed {

    private static final Logger LOG = Logger.getLogger(Outcomes.class);
    private static final String ENDED_BELOW = "endedBelow";
    private static final int PAGE = 1_000;
    private static final Set<String> KINDS = Stream.of(CallEntries.KINDS, CallEntries.REHEARSALS)
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());
    private static final long SWEEP_EVERY_MILLIS = 1_000;

    private final AuditLog log;
    private final AuditReader reader;
    private final Pseudonyms pseudonyms;
    private final Webhooks webhooks;
    private final Erasures erasures;
    private final CallConfig config;
    private final InstantSource clock;
    private final Vertx vertx;
    private final Map<CallId, Allowed> open = new ConcurrentHashMap<>();
    private final Map<Refused, Instant> refused = new ConcurrentHashMap<>();
    private final Map<CallId, Queue<CompletableFuture<Void>>> waiting = new ConcurrentHashMap<>();
    private final Set<CallId> sweeping = ConcurrentHashMap.newKeySet();

    Outcomes(
            AuditLog log,
            AuditReader reader,
            Pseudonyms pseudonyms,
            Webhooks webhooks,
            Erasures erasures,
            CallConfig config,
            InstantSource clock,
            Vertx vertx,
            MeterRegistry meters) {
        this.vertx = vertx;
        this.log = log;
        this.reader = reader;
        this.pseudonyms = pseudonyms;
        this.webhooks = webhooks;
        this.erasures = erasures;
        this.config = config;
        this.clock = clock;
        meters.gaugeMapSize("writ.calls.open", List.of(), open);
    }

    /**
     * Records how a call ended.
     *
     * @return the entry, or empty if another process recorded another end first
     */
    Uni<Optional<Recorded>> record(Allowed allowed, Executed executed) {
        Entry entry = CallEntries.executed(allowed, executed, now(), value -> pseudonyms.mac("traffic", value));
        return log.append(draft(allowed, entry))
                .onFailure(AuditUnavailableException.class)
                .retry()
                .withBackOff(Duration.ofMillis(50), Duration.ofSeconds(1))
                .expireAt(allowed.deadline().plus(config.sweepGrace()).toEpochMilli())
                .map(receipt -> receipt.fold(Optional::of, existing -> Optional.<Receipt.Created<Entry>>empty())
                        .map(Receipt.Created::recorded));
    }

    /** A call that was under way when its person was erased ends like any other; what it brought is not recorded. */
    private Draft<Entry> draft(Allowed allowed, Entry end) {
        List<RowChange> rows =
                allowed.waited() ? webhooks.ended(allowed.identity().agent()) : List.of();
        return new Draft<>(Set.of(Topics.subject(end.subjectKey())), log.tail().size(), since -> {
            Entry kept = erasures.withoutErased(end, since);
            return new Settled<>(kept, rows, kept);
        });
    }

    /**
     * Says that this process gave an attempt up without knowing whether its entry was written: should it appear after all and
     * allow the call, the call is abandoned. A later attempt at the same call is another one.
     */
    void neverRuns(Attempt attempt) {
        refused.put(new Refused(attempt.call().id(), attempt.deadline()), clock.instant());
    }

    /** @param deadline tells apart the attempts at one call */
    private record Refused(CallId call, Instant deadline) {}

    /**
     * Completes when an entry about the call arrives after this was asked; read the call's state afterwards. Whoever asks hands it
     * back to {@link #forget}.
     */
    CompletableFuture<Void> next(CallId call) {
        CompletableFuture<Void> next = new CompletableFuture<>();
        // Added inside, since whoever wakes takes the whole queue away.
        waiting.compute(call, (same, queue) -> {
            Queue<CompletableFuture<Void>> waits = queue == null ? new ConcurrentLinkedQueue<>() : queue;
            waits.add(next);
            return waits;
        });
        return next;
    }

    void forget(CallId call, CompletableFuture<Void> end) {
        waiting.computeIfPresent(call, (same, queue) -> {
            queue.removeIf(waits -> waits == end);
            return queue.isEmpty() ? null : queue;
        });
    }

    @Override
    public Uni<Void> load() {
        EntryQuery newestStart = new EntryQuery(
                Map.of(), Set.of("STARTED"), 0, Long.MAX_VALUE, Optional.empty(), Optional.empty(), true, 1, false);
        return reader.find(newestStart)
                .map(starts -> starts.stream()
                        .findFirst()
                        .flatMap(start -> start.entry().body().number(ENDED_BELOW))
                        .map(BigDecimal::longValueExact)
                        .orElse(0L))
                .chain(this::loadFrom)
                .invoke(() -> vertx.setPeriodic(SWEEP_EVERY_MILLIS, timer -> sweep()));
    }

    private Uni<Void> loadFrom(long from) {
        EntryQuery page = new EntryQuery(
                Map.of(), KINDS, from, Long.MAX_VALUE, Optional.empty(), Optional.empty(), false, PAGE, false);
        return reader.find(page).chain(entries -> {
            entries.forEach(this::onEntry);
            return entries.size() < PAGE
                    ? Uni.createFrom().voidItem()
                    : loadFrom(entries.get(entries.size() - 1).index() + 1);
        });
    }

    /** Every call that was decided below {@code endedBelow} has ended, so the next start need not look further back. */
    @Override
    public Map<String, JsonValue> at(long size) {
        return Map.of(
                ENDED_BELOW,
                JsonNumber.of(
                        open.values().stream().mapToLong(Allowed::index).min().orElse(size)));
    }

    @Override
    public Uni<Optional<Need>> need() {
        return Uni.createFrom()
                .item(() -> open.values().stream()
                        .map(Allowed::index)
                        .min(Comparator.naturalOrder())
                        .map(oldest -> new Need(oldest, "a call that has not ended")));
    }

    @Override
    public void onEntry(Recorded recorded) {
        Entry entry = recorded.entry();
        CallEntries.allowed(recorded).ifPresent(allowed -> {
            open.put(allowed.call(), allowed);
            if (refused.remove(new Refused(allowed.call(), allowed.deadline())) != null) {
                sweep(allowed, Executed.without(Outcome.ABANDONED, "it had been given up before it was recorded"));
            }
        });
        if (CallEntries.isEnd(entry)) {
            open.remove(CallEntries.call(entry));
        }
        // Whatever happens to a call may be what somebody waits for.
        entry.column(Column.CALL).map(CallId::parse).ifPresent(this::wake);
    }

    private void wake(CallId call) {
        Queue<CompletableFuture<Void>> queue = waiting.remove(call);
        if (queue != null) {
            queue.forEach(end -> end.complete(null));
        }
    }

    /** Ends calls whose outcome nobody recorded in time. Every replica does so; the first one's entry counts. */
    void sweep() {
        Instant now = clock.instant();
        Instant overdue = now.minus(config.sweepGrace());
        open.values().stream()
                .filter(allowed -> allowed.deadline().isBefore(overdue))
                .forEach(allowed -> sweep(
                        allowed,
                        Executed.without(Outcome.UNKNOWN, "no outcome was recorded in time; the tool may have acted")));
        refused.values().removeIf(since -> since.isBefore(now.minus(Duration.ofMinutes(10))));
    }

    private void sweep(Allowed allowed, Executed executed) {
        if (!sweeping.add(allowed.call())) {
            return;
        }
        Entry entry = CallEntries.executed(allowed, executed, now(), value -> pseudonyms.mac("traffic", value));
        log.append(draft(allowed, entry))
                .onTermination()
                .invoke(() -> sweeping.remove(allowed.call()))
                .subscribe()
                .with(
                        done -> LOG.infof(
                                "call ended without its process callId=%s tool=%s outcome=%s index=%d",
                                allowed.call(),
                                allowed.tool(),
                                executed.outcome().text(),
                                allowed.index()),
                        failure -> LOG.warnf(
                                "call could not be ended yet callId=%s cause=%s",
                                allowed.call(), failure.getClass().getSimpleName()));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
