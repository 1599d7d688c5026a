package dev.writ.gateway.policy;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.auditing.Topics;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import dev.writ.rules.ToolScope;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Ends a canary that leaves its band, or calls a person. What it counts follows from the log alone, so every replica comes to the
 * same, also one that was started later; the entry's key lets one of them be the one.
 */
@ApplicationScoped
class CanaryWatch implements LogFollower {

    // As the path of a call writes them; it may use this package, and this package may not use it.
    private static final String DECIDED = "DECIDED";
    private static final String EXECUTED = "EXECUTED";

    private static final Set<String> COUNTED = Set.of(DECIDED, EXECUTED, ComparisonLog.KIND);
    private static final int PAGE = 1_000;

    /** How often a replica may fail to record what it compared before nobody expects it any more. */
    private static final int MISSED = 6;

    private static final Logger LOG = Logger.getLogger(CanaryWatch.class);

    private final AuditReader reader;
    private final GovernedState governed;
    private final Journal journal;
    private final CanaryBand band;
    private final Duration patience;

    /** By the index of the canary's entry. Guarded by this, like all that follows. */
    private final Map<Long, CanaryTally> tallies = new HashMap<>();

    private BundleState state = BundleState.EMPTY;

    /** Everything below is counted. */
    private long counted;

    /** The newest entry that was delivered. */
    private long delivered = -1;

    /** While it is loading: no page reads this entry or one behind it. */
    private long readTo;

    private boolean isLoading = true;

    CanaryWatch(AuditReader reader, GovernedState governed, Journal journal, PolicyConfig config) {
        this.reader = reader;
        this.governed = governed;
        this.journal = journal;
        this.band = CanaryBand.of(config.canary());
        this.patience = config.shadow().every().multipliedBy(MISSED);
    }

    /** Counts again what was counted before this replica started. What that says is acted on with the next comparison. */
    @Override
    public Uni<Void> load() {
        // Taken first: of every decision before it all is known that was said of canaries before.
        long size = journal.size();
        return governed.entries(BundleEntries.KINDS)
                .invoke(entries -> begin(entries, size))
                .chain(() -> Multi.createBy()
                        .repeating()
                        .uni(() -> Uni.createFrom().deferred(this::countPage))
                        .whilst(isMore -> isMore)
                        .collect()
                        .last())
                .replaceWithVoid();
    }

    private synchronized void begin(List<Recorded> entries, long size) {
        state = state.after(entries);
        readTo = size;
        counted = Math.min(
                size, canaries().stream().mapToLong(Canary::index).min().orElse(size));
    }

    private Uni<Boolean> countPage() {
        return reader.find(page()).map(this::count);
    }

    private synchronized EntryQuery page() {
        return new EntryQuery(
                Map.of(), COUNTED, counted, readTo, Optional.empty(), Optional.empty(), false, PAGE, false);
    }

    /** Whether there is more to read: of what was delivered meanwhile, and nothing that was not. */
    private synchronized boolean count(List<Recorded> entries) {
        entries.forEach(this::count);
        if (entries.size() < PAGE) {
            counted = readTo;
        }
        readTo = Math.max(readTo, delivered + 1);
        isLoading = counted < readTo;
        return isLoading;
    }

    @Override
    public synchronized void onEntry(Recorded recorded) {
        if (BundleEntries.KINDS.contains(recorded.entry().kind())) {
            state = state.after(List.of(recorded));
        } else if (COUNTED.contains(recorded.entry().kind())) {
            delivered = recorded.index();
            if (!isLoading && recorded.index() >= counted) {
                count(recorded);
                if (recorded.entry().kind().equals(ComparisonLog.KIND)) {
                    // Only now it is known what a rollback of what was counted would allow.
                    judge(recorded);
                }
            }
        }
    }

    private List<Canary> canaries() {
        return state.lines().stream()
                .flatMap(line -> line.canary().stream())
                .filter(canary -> !canary.alarmed())
                .toList();
    }

    private void count(Recorded recorded) {
        counted = recorded.index() + 1;
        List<Canary> canaries = canaries();
        tallies.keySet().retainAll(canaries.stream().map(Canary::index).collect(Collectors.toSet()));
        canaries.stream()
                .filter(canary -> canary.index() < recorded.index())
                .forEach(canary -> count(canary, recorded));
    }

    private void judge(Recorded compared) {
        for (Canary canary : canaries()) {
            CanaryTally tally = tallies.get(canary.index());
            if (tally != null && isOf(compared.entry(), canary)) {
                tally.judge(band.of(canary), compared.entry().at()).ifPresent(finding -> act(canary, finding));
            }
        }
    }

    private void count(Canary canary, Recorded recorded) {
        CanaryTally tally = tallies.computeIfAbsent(canary.index(), index -> new CanaryTally(patience));
        Entry entry = recorded.entry();
        if (!entry.kind().equals(ComparisonLog.KIND)) {
            identity(entry).filter(identity -> speaks(canary, entry)).ifPresent(identity -> {
                boolean inCanary = canary.includes(identity);
                count(tally, inCanary, identity, entry);
                if (inCanary && isCompared(entry)) {
                    tally.awaits(recorded.index(), entry.at());
                }
            });
        } else if (isOf(entry, canary)) {
            tally.compared(
                    ComparisonLog.decisions(entry.body()),
                    Flip.of(entry.body()).stream().anyMatch(Flip::tightens)
                            || entry.body()
                                    .number("dropped")
                                    .filter(number -> number.signum() > 0)
                                    .isPresent());
        }
    }

    /** As {@link Comparisons} sees it: whether any bundle said anything. */
    private static boolean isCompared(Entry entry) {
        if (!entry.kind().equals(DECIDED)) {
            return false;
        }
        Set<OwnRule.Tells> told = entry.body().array("verdicts").map(JsonArray::items).orElse(List.of()).stream()
                .filter(JsonObject.class::isInstance)
                .map(verdict ->
                        OwnRule.tells(((JsonObject) verdict).text("rule").orElse("")))
                .collect(Collectors.toSet());
        return told.contains(OwnRule.Tells.FAILURE) || !told.contains(OwnRule.Tells.NOTHING);
    }

    private static void count(CanaryTally tally, boolean inCanary, String identity, Entry entry) {
        if (entry.kind().equals(EXECUTED)) {
            if (entry.body().text("outcome").filter("succeeded"::equals).isEmpty()) {
                tally.failed(inCanary, identity);
            }
            return;
        }
        switch (OwnRule.tells(entry.column(Column.RULE).orElse(""))) {
            case OPINION ->
                tally.decided(inCanary, identity, entry.column(Column.VERDICT).orElse(""));
            case FAILURE -> {
                tally.decided(inCanary, identity, "allow");
                tally.failed(inCanary, identity);
            }
            case NOTHING -> {}
        }
    }

    private static boolean isOf(Entry compared, Canary canary) {
        return compared.body()
                        .number("since")
                        .filter(since -> since.longValue() == canary.index())
                        .isPresent()
                && compared.body().text("as").filter("canary"::equals).isPresent();
    }

    private static Optional<String> identity(Entry entry) {
        return entry.column(Column.AGENT)
                .flatMap(agent -> entry.column(Column.SUBJECT).map(subject -> Topics.identity(agent, subject)));
    }

    /** Whether the version, or the one it replaces, may speak about the call's tool. */
    private boolean speaks(Canary canary, Entry entry) {
        ToolName tool = ToolName.parse(entry.column(Column.TOOL).orElseThrow());
        return state.line(canary.name().name())
                .deciding()
                .flatMap(version -> state.bundle(version.digest()).stream())
                .anyMatch(published -> scope(published).covers(tool));
    }

    private static ToolScope scope(Published published) {
        return new ToolScope(published
                .recorded()
                .entry()
                .body()
                .array("scope")
                .map(JsonArray::texts)
                .orElse(List.of("*")));
    }

    private synchronized BundleState current() {
        return state;
    }

    private void act(Canary canary, CanaryTally.Finding finding) {
        boolean alarm = finding.needsPerson();
        Draft<Canary> draft = new Draft<>(Set.of(Topics.POLICY), journal.size(), since -> {
            Canary now = current()
                    .after(since)
                    .line(canary.name().name())
                    .canary()
                    .filter(one -> one.index() == canary.index() && !one.alarmed())
                    .orElseThrow(() -> BundleChecks.conflict("The canary has ended already."));
            return new Settled<>(entry(now, finding, alarm), List.of(), now);
        });
        LOG.warnf(
                alarm
                        ? "a canary left its band and waits for a person to roll it back bundle=%s digest=%s"
                        : "a canary left its band and is rolled back bundle=%s digest=%s",
                canary.name(),
                canary.digest());
        journal.record(Actor.WRIT, draft)
                .subscribe()
                .with(
                        done -> {},
                        failure -> LOG.debugf(
                                "not recorded by this replica digest=%s cause=%s",
                                canary.digest(), failure.getClass().getSimpleName()));
    }

    private Entry entry(Canary canary, CanaryTally.Finding finding, boolean alarm) {
        JsonObject.Builder body = JsonObject.builder()
                .put("name", canary.name().name())
                .put("version", canary.name().version())
                .put(alarm ? "digest" : "ended", canary.digest().value())
                .put("canary", canary.index());
        finding.describe(body);
        return new Entry(
                alarm ? BundleEntries.CANARY_ALARM : BundleEntries.CANARY_ROLLED_BACK,
                journal.now(),
                List.of(alarm ? "canary-alarm/" + canary.index() : BundleEntries.canaryKey(canary)),
                Set.of(Topics.POLICY),
                Map.of(Column.BUNDLE, canary.digest().value()),
                body.build(),
                "writ",
                List.of());
    }
}
