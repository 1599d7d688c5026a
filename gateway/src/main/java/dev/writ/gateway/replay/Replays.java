package dev.writ.gateway.replay;

import dev.writ.audit.AuditReader;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.call.RecordedDecision;
import dev.writ.gateway.call.RecordedDecisions;
import dev.writ.gateway.policy.Active;
import dev.writ.gateway.policy.Candidates;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.JsonObject;
import dev.writ.model.Scope;
import dev.writ.model.ToolName;
import dev.writ.rules.PolicyEngine;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Asks candidates about recorded decisions. Reads the log and writes one entry, when a report is made; calls that are decided
 * meanwhile keep a processor.
 */
@ApplicationScoped
public class Replays {

    static final String KIND = "POLICY_REPLAYED";

    private static final Logger LOG = Logger.getLogger(Replays.class);
    private static final int MOST_RUNNING = 2;
    private static final int MOST_KEPT = 20;
    private static final int ID_BYTES = 16;

    private final RecordedDecisions decisions;
    private final Candidates candidates;
    private final AuditReader reader;
    private final Journal journal;
    private final SecureRandom random;
    private final int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    private final ExecutorService pool;
    private final Map<String, Run> runs = new LinkedHashMap<>();

    Replays(
            RecordedDecisions decisions,
            Candidates candidates,
            AuditReader reader,
            Journal journal,
            SecureRandom random) {
        this.decisions = decisions;
        this.candidates = candidates;
        this.reader = reader;
        this.journal = journal;
        this.random = random;
        this.pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "policy-replay");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Which decisions.
     *
     * @param from first index
     * @param to end of the indices, exclusive
     * @param since the first decision of that time or later is the first; instead of {@code from}
     * @param until the first decision of that time or later is the end; instead of {@code to}
     * @param check whether the bundles of then are asked too
     */
    record Range(
            Optional<Long> from, Optional<Long> to, Optional<Instant> since, Optional<Instant> until, boolean check) {}

    /** Begins; fails with a {@link Problem} if the range is none of this log, or if too many run already. */
    Uni<Run> start(Actor actor, PolicyEngine candidate, Range range) {
        return reader.checkpoint()
                .chain(head -> Uni.combine()
                        .all()
                        .unis(bound(range.from(), range.since(), 0L), bound(range.to(), range.until(), head.size()))
                        .asTuple()
                        .map(bounds -> {
                            Run run = open(candidate, bounds.getItem1(), bounds.getItem2(), head.size());
                            run.works(replay(actor, run, candidate, range.check()));
                            return run;
                        }));
    }

    private Uni<Long> bound(Optional<Long> index, Optional<Instant> time, long otherwise) {
        return time.map(this::firstAt)
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()))
                .map(found -> index.or(() -> found).orElse(otherwise));
    }

    private Uni<Optional<Long>> firstAt(Instant time) {
        EntryQuery first = new EntryQuery(
                Map.of(), Set.of("DECIDED"), 0, Long.MAX_VALUE, Optional.of(time), Optional.empty(), false, 1, false);
        return reader.find(first)
                .map(found -> found.stream().map(Recorded::index).findFirst());
    }

    private synchronized Run open(PolicyEngine candidate, long from, long to, long size) {
        if (from > to || to > size) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "A range begins where it ends or before, and ends at " + size + ", the size of the log, at most.");
        }
        if (runs.values().stream().filter(Run::isRunning).count() >= MOST_RUNNING) {
            throw new Problem(
                    ProblemType.TOO_MANY_REQUESTS,
                    MOST_RUNNING + " replays run here already. Cancel one with DELETE, or wait for it.");
        }
        byte[] drawn = new byte[ID_BYTES];
        random.nextBytes(drawn);
        Run run = new Run(HexFormat.of().formatHex(drawn), candidate.bundle(), from, to, journal.now());
        runs.values().stream()
                .filter(Predicate.not(Run::isRunning))
                .map(Run::id)
                .limit(Math.max(0, runs.size() + 1 - MOST_KEPT))
                .toList()
                .forEach(runs::remove);
        runs.put(run.id(), run);
        return run;
    }

    synchronized Optional<Run> find(String id) {
        return Optional.ofNullable(runs.get(id));
    }

    /** Asks two versions of a bundle about every decision on calls of that tool since then. Records nothing. */
    public Uni<Difference> difference(PolicyEngine one, PolicyEngine other, ToolName tool, Instant since) {
        Map<List<String>, Active> recorded = new ConcurrentHashMap<>();
        return reader.checkpoint()
                .chain(head -> firstAt(since).chain(first -> {
                    Difference.Sum sum = new Difference.Sum(one, other, tool, first.orElse(head.size()), head.size());
                    return decisions
                            .between(
                                    sum.from(),
                                    sum.to(),
                                    asked -> bundles(asked, recorded).map(ready -> scopes(other, asked, recorded)))
                            .onItem()
                            .transformToUniAndConcatenate(page -> Uni.createFrom()
                                    .voidItem()
                                    .emitOn(pool)
                                    .invoke(() -> page.decisions()
                                            .forEach(decision -> sum.add(
                                                    decision,
                                                    Objects.requireNonNull(recorded.get(decision.bundles()))))))
                            .collect()
                            .last()
                            .map(last -> sum.difference());
                }));
    }

    private Cancellable replay(Actor actor, Run run, PolicyEngine candidate, boolean check) {
        Map<List<String>, Active> recorded = new ConcurrentHashMap<>();
        return decisions
                .between(
                        run.from(),
                        run.to(),
                        asked -> bundles(asked, recorded).map(ready -> scopes(candidate, asked, recorded)))
                .onItem()
                // The next page is read while this one is looked at.
                .transformToUni(page -> Uni.createFrom()
                        .voidItem()
                        .emitOn(pool)
                        .invoke(() -> look(run, page, candidate, recorded, check)))
                .merge(threads + 1)
                .collect()
                .last()
                .map(last -> run.findings().report())
                .call(report -> record(actor, run, report))
                .subscribe()
                .with(run::done, failure -> {
                    LOG.warnf(
                            failure, "replay failed bundle=%s", run.candidate().digest());
                    run.failed("The log could not be read, or the report not recorded. Start it again.");
                });
    }

    private static void look(
            Run run,
            RecordedDecisions.Page page,
            PolicyEngine candidate,
            Map<List<String>, Active> recorded,
            boolean check) {
        for (RecordedDecision decision : page.decisions()) {
            Active then = Objects.requireNonNull(recorded.get(decision.bundles()));
            run.findings().add(decision, candidate, then, check);
        }
        run.reached(page.next());
    }

    /** Has the bundles that decided these ready. */
    private Uni<Void> bundles(Set<List<String>> asked, Map<List<String>, Active> recorded) {
        Set<List<String>> missing =
                asked.stream().filter(digests -> !recorded.containsKey(digests)).collect(Collectors.toSet());
        return Multi.createFrom()
                .iterable(missing)
                .onItem()
                .transformToUniAndConcatenate(
                        digests -> candidates.recorded(digests).invoke(then -> recorded.put(digests, then)))
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** What the candidate looks back at, and the others of then, with which it is asked. */
    private static Set<Scope> scopes(
            PolicyEngine candidate, Set<List<String>> asked, Map<List<String>, Active> recorded) {
        return Stream.concat(
                        candidate.scopes().stream(),
                        asked.stream()
                                .flatMap(digests -> Objects.requireNonNull(recorded.get(digests)).scopes().stream()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private Uni<Void> record(Actor actor, Run run, Report report) {
        JsonObject body = JsonObject.builder()
                .put("name", run.candidate().name())
                .put("version", run.candidate().version())
                .put("digest", run.candidate().digest().value())
                .put("from", run.from())
                .put("to", run.to())
                .put("compared", report.compared())
                .put("flipped", report.flipped())
                .put("incomplete", report.incomplete())
                .put("differing", report.recorded().differing())
                .build();
        return journal.record(actor, KIND, List.of(), Set.of(), Map.of(), body, List.of(), List.of())
                .replaceWithVoid();
    }

    @PreDestroy
    void stop() {
        pool.shutdownNow();
    }
}
