package dev.writ.gateway.policy;

import dev.writ.audit.Column;
import dev.writ.audit.Draft;
import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.audit.Settled;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.auditing.LogFollower;
import dev.writ.gateway.auditing.Topics;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import dev.writ.rules.ToolScope;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Ends a canary that leaves its band, or calls a person. Every replica counts the same entries and comes to the same; the entry's
 * key lets one of them be the one.
 */
@ApplicationScoped
class CanaryWatch implements LogFollower {

    // As the path of a call writes them; it may use this package, and this package may not use it.
    private static final String DECIDED = "DECIDED";
    private static final String EXECUTED = "EXECUTED";
    private static final Logger LOG = Logger.getLogger(CanaryWatch.class);

    private final ActivePolicy policy;
    private final Journal journal;
    private final CanaryBand band;

    /** By the index of the canary's entry. Used by the tail's thread alone. */
    private final Map<Long, CanaryTally> tallies = new HashMap<>();

    CanaryWatch(ActivePolicy policy, Journal journal, PolicyConfig config) {
        this.policy = policy;
        this.journal = journal;
        this.band = CanaryBand.of(config.canary());
    }

    /** What happened before this replica started, the others have counted. */
    @Override
    public Uni<Void> load() {
        return Uni.createFrom().voidItem();
    }

    @Override
    public void onEntry(Recorded recorded) {
        String kind = recorded.entry().kind();
        if (!kind.equals(DECIDED) && !kind.equals(EXECUTED) && !kind.equals(ComparisonLog.KIND)) {
            return;
        }
        BundleState state = policy.state();
        List<Canary> canaries =
                state.lines().stream().flatMap(line -> line.canary().stream()).toList();
        tallies.keySet().retainAll(canaries.stream().map(Canary::index).collect(Collectors.toSet()));
        canaries.stream()
                .filter(canary -> !canary.alarmed() && canary.index() < recorded.index())
                .forEach(canary -> count(state, canary, recorded));
    }

    private void count(BundleState state, Canary canary, Recorded recorded) {
        CanaryTally tally = tallies.computeIfAbsent(canary.index(), index -> new CanaryTally());
        Entry entry = recorded.entry();
        if (!entry.kind().equals(ComparisonLog.KIND)) {
            identity(entry)
                    .filter(identity -> speaks(state, canary, entry))
                    .ifPresent(identity -> count(tally, canary.includes(identity), identity, entry));
        } else if (isOf(entry, canary)) {
            tally.compared(Flip.of(entry.body()).stream().anyMatch(Flip::tightens)
                    || entry.body()
                            .number("dropped")
                            .filter(number -> number.signum() > 0)
                            .isPresent());
            // Only now it is known what a rollback of what was counted would allow.
            tally.judge(band.of(canary)).ifPresent(finding -> act(canary, finding));
        }
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
    private static boolean speaks(BundleState state, Canary canary, Entry entry) {
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

    private void act(Canary canary, CanaryTally.Finding finding) {
        boolean alarm = finding.needsPerson();
        Draft<Canary> draft = new Draft<>(Set.of(Topics.POLICY), journal.size(), since -> {
            Canary now = policy.state()
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
