package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.audit.RowChange;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.Needed;
import dev.writ.gateway.task.Next;
import dev.writ.gateway.task.TaskHandler;
import dev.writ.gateway.task.Tasks;
import dev.writ.gateway.webhook.Webhooks;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Sees to it that what had to follow a call did. The entry that allows the call enqueues a task, which wakes at the deadline on
 * whichever replica is there, and waits there for what is still being recorded; the log says whether the call came, and the entry key that this is said once.
 */
@ApplicationScoped
class Expectations implements TaskHandler, Needed {

    private static final Logger LOG = Logger.getLogger(Expectations.class);
    private static final String TASK = "expectation";
    private static final int PAGE = 500;

    /** A call that is under way ends by its own deadline, or is ended. */
    private static final Duration UNTIL_ENDED = Duration.ofSeconds(1);

    private static final String OLDEST =
            "SELECT min(task_instance::bigint) FROM writ.scheduled_task WHERE task_name = '" + TASK + "'";

    private final AuditReader reader;
    private final CallStates states;
    private final GovernedState state;
    private final Journal journal;
    private final Webhooks webhooks;
    private final CallConfig config;
    private final InstantSource clock;
    private final MeterRegistry meters;

    Expectations(
            AuditReader reader,
            CallStates states,
            GovernedState state,
            Journal journal,
            Webhooks webhooks,
            CallConfig config,
            InstantSource clock,
            MeterRegistry meters) {
        this.reader = reader;
        this.states = states;
        this.state = state;
        this.journal = journal;
        this.webhooks = webhooks;
        this.config = config;
        this.clock = clock;
        this.meters = meters;
    }

    /** What the entry adds that allows this call. */
    static List<RowChange> opened(Decided decided) {
        return decided.mayRun()
                ? ExpectationEntries.firstDue(decided).stream()
                        .map(due -> Tasks.ofEntry(TASK, due))
                        .toList()
                : List.of();
    }

    @Override
    public String task() {
        return TASK;
    }

    @Override
    public Uni<Next> run(String decided) {
        return state.entry(Long.parseLong(decided))
                .chain(found -> found.map(this::look)
                        .orElseThrow(() -> new IllegalStateException("the entry that it follows from is not there")));
    }

    /** An entry that is needed is not pruned. */
    @Override
    public Uni<Optional<Need>> need() {
        return state.rows(() -> Panache.getSession()
                        .chain(session ->
                                session.createNativeQuery(OLDEST, Long.class).getResultList()))
                .map(found -> found.stream()
                        .flatMap(Stream::ofNullable)
                        .findFirst()
                        .map(oldest -> new Need(oldest, "a call that another one has to follow")));
    }

    private Uni<Next> look(Recorded decided) {
        Instant now = clock.instant();
        List<Expectation> all = ExpectationEntries.of(decided);
        Next afterwards = all.stream()
                .map(this::due)
                .filter(now::isBefore)
                .min(Instant::compareTo)
                .map(Next::again)
                .orElseGet(Next::done);
        return states.entries(CallEntries.call(decided.entry()))
                .chain(entries -> entries.stream()
                        .filter(recorded -> CallEntries.isEnd(recorded.entry()))
                        .findFirst()
                        .map(end -> look(all, end, now).replaceWith(afterwards))
                        .orElseGet(() -> Uni.createFrom().item(Next.again(now.plus(UNTIL_ENDED)))));
    }

    /** What another replica's call came to in time may be recorded a little later. */
    private Instant due(Expectation expectation) {
        return expectation.until().plus(config.sweepGrace());
    }

    /** A call that was never sent is followed by nothing. */
    private Uni<Void> look(List<Expectation> all, Recorded end, Instant now) {
        Uni<Void> looked = Uni.createFrom().voidItem();
        if (end.entry().kind().equals(CallEntries.ABANDONED)) {
            return looked;
        }
        for (Expectation expectation : all) {
            if (!due(expectation).isAfter(now)) {
                looked = looked.chain(() -> settle(expectation, end.index()));
            }
        }
        return looked;
    }

    private Uni<Void> settle(Expectation expectation, long end) {
        long readAt = journal.size();
        return find(expectation, end, end + 1)
                .chain(found -> journal.record(
                        Actor.WRIT,
                        new Draft<>(
                                Set.of(expectation.identity().topic()),
                                readAt,
                                since -> settled(
                                        expectation,
                                        found.or(() -> since.stream()
                                                .filter(recorded -> expectation.isMetBy(recorded, end))
                                                .findFirst())))))
                .invoke(receipt -> receipt.fold(
                        created -> {
                            tell(expectation, created.recorded());
                            return true;
                        },
                        existing -> false))
                .replaceWithVoid();
    }

    private Settled<Boolean> settled(Expectation expectation, Optional<Recorded> by) {
        Entry entry = by.map(found -> ExpectationEntries.met(expectation, found, journal.now()))
                .orElseGet(() -> ExpectationEntries.missed(expectation, journal.now()));
        return new Settled<>(
                entry,
                by.isPresent()
                        ? List.of()
                        : webhooks.ended(expectation.identity().agent()),
                by.isPresent());
    }

    private Uni<Optional<Recorded>> find(Expectation expectation, long end, long from) {
        EntryQuery query = new EntryQuery(
                Map.of(
                        Column.AGENT, expectation.identity().agent(),
                        Column.SUBJECT, expectation.identity().pseudonym(),
                        Column.TOOL, expectation.tool().value()),
                Set.of(CallEntries.EXECUTED, CallEntries.REPORTED),
                from,
                Long.MAX_VALUE,
                Optional.empty(),
                Optional.empty(),
                false,
                PAGE,
                false);
        return reader.find(query).chain(page -> {
            Optional<Recorded> met = page.stream()
                    .filter(recorded -> expectation.isMetBy(recorded, end))
                    .findFirst();
            return met.isPresent() || page.size() < PAGE
                    ? Uni.createFrom().item(met)
                    : find(expectation, end, page.get(page.size() - 1).index() + 1);
        });
    }

    private void tell(Expectation expectation, Recorded recorded) {
        boolean missed = recorded.entry().kind().equals(ExpectationEntries.MISSED);
        meters.counter("writ.expectations", "result", missed ? "missed" : "met").increment();
        if (missed) {
            LOG.warnf(
                    "a call did not follow that had to callId=%s agent=%s tool=%s otherwise=%s index=%d",
                    expectation.call(),
                    expectation.identity().agent(),
                    expectation.tool(),
                    expectation.otherwise().text(),
                    recorded.index());
        }
    }
}
