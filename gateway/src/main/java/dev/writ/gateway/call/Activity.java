package dev.writ.gateway.call;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Reads;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.policy.ActivePolicy;
import dev.writ.model.AgentBuild;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.Scope;
import dev.writ.model.ToolName;
import dev.writ.rules.BudgetUse;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What an agent has done lately, and how far it may still go. Whoever is shown it is in the log first. */
@ApplicationScoped
class Activity {

    private static final int DECISIONS = 1_000;
    private static final int CALLS_READ = 100;
    private static final int MOST_LINES = 20;

    private final AuditReader reader;
    private final Reads reads;
    private final Pseudonyms pseudonyms;
    private final Catalog catalog;
    private final ActivePolicy policy;
    private final Histories histories;
    private final InstantSource clock;

    Activity(
            AuditReader reader,
            Reads reads,
            Pseudonyms pseudonyms,
            Catalog catalog,
            ActivePolicy policy,
            Histories histories,
            InstantSource clock) {
        this.reader = reader;
        this.reads = reads;
        this.pseudonyms = pseudonyms;
        this.catalog = catalog;
        this.policy = policy;
        this.histories = histories;
        this.clock = clock;
    }

    /**
     * What was said of an agent's build in some of its calls.
     *
     * @param first time of the first of them that was looked at
     * @param calls how many of those that were looked at
     */
    record Release(AgentBuild build, Instant first, Instant last, long calls) {

        private Release and(Recorded earlier) {
            return new Release(build, earlier.entry().at(), last, calls + 1);
        }
    }

    /** @param decisions how many were looked at, the newest */
    record Releases(List<Release> releases, int decisions) {}

    /**
     * A limit that counts for calls like one that the agent made.
     *
     * @param subject pseudonym of the person of that call
     * @param call that one
     */
    record Budget(ToolName tool, String subject, String call, Instant at, BudgetUse use) {}

    /** What it said of its build, the newest first, in its newest 1,000 decisions. */
    Uni<Releases> releases(Actor by, String agent) {
        return reader.list(newest(agent, DECISIONS, false))
                .map(Activity::releases)
                .call(found -> reads.record(
                        by, "releases", json(agent, found.releases().size())));
    }

    private static Releases releases(List<Recorded> decisions) {
        Map<AgentBuild, Release> byBuild = new LinkedHashMap<>();
        for (Recorded decided : decisions) {
            AgentBuild build = decided.entry()
                    .body()
                    .object("agentBuild")
                    .map(AgentBuild::fromJson)
                    .orElse(AgentBuild.UNKNOWN);
            Instant at = decided.entry().at();
            Release known = byBuild.get(build);
            byBuild.put(build, known == null ? new Release(build, at, at, 1) : known.and(decided));
        }
        return new Releases(List.copyOf(byBuild.values()), decisions.size());
    }

    /**
     * How much it has used, as the rules of now would add it up for a call like its newest one of each tool and person, of its newest 100
     * calls.
     */
    Uni<List<Budget>> budgets(Actor by, String agent) {
        return reader.list(newest(agent, CALLS_READ, true))
                .chain(decisions -> Multi.createFrom()
                        .iterable(lines(decisions))
                        .onItem()
                        .transformToUniAndConcatenate(this::budgets)
                        .onItem()
                        .<Budget>disjoint()
                        .collect()
                        .asList())
                .map(Activity::once)
                .call(found -> reads.record(by, "budgets", json(agent, found.size())));
    }

    /** The newest decision of each tool and person. */
    private static List<Recorded> lines(List<Recorded> decisions) {
        Map<String, Recorded> newest = new LinkedHashMap<>();
        decisions.forEach(decided -> newest.putIfAbsent(
                decided.entry().column(Column.TOOL).orElse("")
                        + ' '
                        + decided.entry().column(Column.SUBJECT).orElse(""),
                decided));
        return newest.values().stream().limit(MOST_LINES).toList();
    }

    private Uni<List<Budget>> budgets(Recorded decided) {
        Optional<Identity> identity = Identity.of(decided.entry());
        Optional<Facts> then = catalog.tool(CallEntries.tool(decided.entry()))
                .flatMap(tool ->
                        RecordedFacts.of(decided.entry(), tool.definition(), History.UNKNOWN, Map.of(), List.of()));
        if (identity.isEmpty() || then.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        ToolName tool = then.get().call().tool();
        return histories
                .of(policy.scopes(tool).stream()
                        .collect(Collectors.toMap(scope -> scope, scope -> Whose.of(scope, identity.get(), tool))))
                // Rules are compiled for it, which is no work for a thread that decides.
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(gathered ->
                        policy.after(List.of(), identity.get().topic()).budgets(now(then.get(), gathered)).stream()
                                .map(use -> new Budget(
                                        tool,
                                        identity.get().pseudonym(),
                                        then.get().call().id().toString(),
                                        decided.entry().at(),
                                        use))
                                .toList());
    }

    private Facts now(Facts then, Gathered gathered) {
        return new Facts(
                then.call(),
                then.principal(),
                then.tool(),
                gathered.identity(List.of()),
                gathered.shared(List.of(), history -> history),
                then.origins(),
                List.of(),
                clock.instant());
    }

    /** A limit that is the same for several tools or persons stands there once. */
    private static List<Budget> once(List<Budget> budgets) {
        Map<List<Object>, Budget> once = new LinkedHashMap<>();
        budgets.forEach(budget -> once.putIfAbsent(key(budget), budget));
        return new ArrayList<>(once.values());
    }

    private static List<Object> key(Budget budget) {
        BudgetUse use = budget.use();
        Collection<String> whose = use.scope() == Scope.IDENTITY || use.scope() == Scope.PERSON
                ? Set.of(budget.subject())
                : use.scope() == Scope.TOOL ? Set.of(budget.tool().value()) : Set.of();
        return List.of(use.bundle(), use.rule(), use.earlier(), use.used(), use.limit(), whose);
    }

    private static EntryQuery newest(String agent, int most, boolean withInputs) {
        return new EntryQuery(
                Map.of(Column.AGENT, agent),
                Set.of(CallEntries.DECIDED),
                0,
                Long.MAX_VALUE,
                Optional.empty(),
                Optional.empty(),
                true,
                most,
                withInputs);
    }

    /** What was typed may name anybody, and an entry is for ever. */
    private JsonObject json(String agent, int shown) {
        return JsonObject.builder()
                .put("agentMac", pseudonyms.mac("search", agent))
                .put("shown", shown)
                .build();
    }
}
