package dev.writ.gateway.governor;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.policy.Candidates;
import dev.writ.gateway.policy.Successors;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.replay.Difference;
import dev.writ.gateway.replay.Flip;
import dev.writ.gateway.replay.Replays;
import dev.writ.model.Effect;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import dev.writ.rules.BoundedException;
import dev.writ.rules.InvalidBundleException;
import dev.writ.rules.PolicyBundle;
import dev.writ.rules.PolicyEngine;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes a bounded rule of what people approve again and again, and shows what it would have changed. Publishes nothing. */
@ApplicationScoped
class Proposing {

    /** New ones of one look: each is replayed. */
    private static final int MOST = 20;

    private static final int NAMED_CALLS = 100;
    private static final int LONGEST_FILES = 512 * 1024;
    private static final int STEM = 30;

    private final Precedents precedents;
    private final Proposals proposals;
    private final Successors successors;
    private final Candidates candidates;
    private final Replays replays;
    private final Reversible reversible;
    private final Journal journal;
    private final GovernorConfig config;

    Proposing(
            Precedents precedents,
            Proposals proposals,
            Successors successors,
            Candidates candidates,
            Replays replays,
            Reversible reversible,
            Journal journal,
            GovernorConfig config) {
        this.precedents = precedents;
        this.proposals = proposals;
        this.successors = successors;
        this.candidates = candidates;
        this.replays = replays;
        this.reversible = reversible;
        this.journal = journal;
        this.config = config;
    }

    /** Looks once, and records what is new. */
    Uni<Void> look() {
        Instant since = journal.now().minus(config.window());
        return proposals.all().chain(all -> {
            Map<String, Proposal> known = all.stream().collect(Collectors.toMap(Proposal::id, Function.identity()));
            return precedents
                    .settled(since)
                    .chain(habits -> Multi.createFrom()
                            .iterable(habits)
                            .onItem()
                            .transformToMulti(habit -> Multi.createFrom().items(draft(habit, known).stream()))
                            .concatenate()
                            .select()
                            .first(MOST)
                            .onItem()
                            .transformToUniAndConcatenate(draft -> propose(draft, since))
                            .collect()
                            .last()
                            .replaceWithVoid());
        });
    }

    /** What is to be proposed, on top of what decides now. */
    private record Draft(Habit habit, ToolDefinition tool, PolicyEngine base, LocalDate until) {}

    /** Empty if there is nothing to be said that was not said. */
    private Optional<Draft> draft(Habit habit, Map<String, Proposal> known) {
        LocalDate today = journal.now().atOffset(ZoneOffset.UTC).toLocalDate();
        LocalDate until = today.plusDays(Math.max(1, config.lasting().toDays()));
        return reversible
                .tool(habit.key().tool().value())
                .flatMap(tool -> successors
                        .activeWith(habit.key().rule())
                        .filter(base -> Optional.ofNullable(
                                        known.get(habit.key().id()))
                                .map(earlier -> isNew(habit, base, earlier, today))
                                .orElse(true))
                        .map(base -> new Draft(habit, tool, base, until)));
    }

    /** Published, until it lapses; dismissed, until it was approved twice as often; else if there is more of it, or another bundle. */
    private static boolean isNew(Habit habit, PolicyEngine base, Proposal earlier, LocalDate today) {
        long then = earlier.number(Proposal.APPROVALS);
        return switch (earlier.state()) {
            case "published" -> !today.isBefore(earlier.until());
            case "dismissed" -> habit.calls().size() >= 2 * then;
            default ->
                habit.calls().size() != then
                        || !earlier.body()
                                .text(Proposal.BASE)
                                .equals(Optional.of(base.bundle().digest().value()));
        };
    }

    private Uni<Void> propose(Draft draft, Instant since) {
        Optional<String> personal = draft.habit().personal(draft.tool());
        if (personal.isPresent()) {
            return withhold(
                    draft,
                    "the text of '" + personal.get()
                            + "' may be a person's, and what is in a bundle stays for ever; write the rule by hand");
        }
        PolicyBundle candidate;
        try {
            String id = draft.habit().key().id();
            BoundedException exception = draft.habit().exception(draft.tool(), journal.now(), draft.until());
            candidate = exception.in(
                    draft.base().bundle(), version(draft), "accepted/" + id + "-" + draft.until() + ".drl");
        } catch (InvalidBundleException impossible) {
            return withhold(draft, impossible.problems().get(0).message());
        }
        return candidates
                .of(candidate.texts())
                .chain(engine -> replays.difference(
                                draft.base(), engine, draft.habit().key().tool(), since)
                        .chain(difference -> judged(draft, candidate, difference)))
                .onFailure(Problem.class)
                .recoverWithUni(
                        problem -> withhold(draft, "the bundle with it cannot be used: " + problem.getMessage()));
    }

    private static String version(Draft draft) {
        String base = draft.base().bundle().version();
        return base.substring(0, Math.min(STEM, base.length())) + "-"
                + draft.habit().key().id().substring(0, 8) + "-"
                + draft.base().bundle().digest().value().substring("sha256:".length(), "sha256:".length() + 6) + "-"
                + draft.until().toString().replace("-", "");
    }

    /** It may change nothing but that what people approved is allowed without them. */
    private Uni<Void> judged(Draft draft, PolicyBundle candidate, Difference difference) {
        Set<String> approved = draft.habit().callIds();
        List<Flip> others = difference.flips().stream()
                .filter(flip ->
                        flip.was() != Effect.ESCALATE || flip.is() != Effect.ALLOW || !approved.contains(flip.call()))
                .toList();
        if (!others.isEmpty()) {
            return withhold(
                    draft,
                    "replayed, it changes " + others.size()
                            + " decisions besides those that were approved, the first at index "
                            + others.get(0).index());
        }
        if (difference.flips().size() < approved.size()) {
            return withhold(
                    draft,
                    "replayed, it would have spared people "
                            + difference.flips().size() + " of " + approved.size() + " approvals only");
        }
        Map<String, String> files = new TreeMap<>(candidate.texts());
        files.entrySet().removeAll(draft.base().bundle().texts().entrySet());
        JsonObject.Builder changed = JsonObject.builder();
        files.forEach(changed::put);
        JsonObject input = changed.build();
        if (input.toJson().length() > LONGEST_FILES) {
            return withhold(draft, "the file of the rule that escalates is too long; write the exception by hand");
        }
        JsonObject replay = JsonObject.builder()
                .put("from", difference.from())
                .put("to", difference.to())
                .put("compared", difference.compared())
                .put("incomplete", difference.incomplete())
                .put("allowed", difference.flips().size())
                .build();
        return record(
                draft,
                "open",
                body(draft)
                        .put(Proposal.CANDIDATE, candidate.digest().value())
                        .put("name", candidate.name())
                        .put("version", candidate.version())
                        .put("replay", replay)
                        .build(),
                List.of(new Input(Proposal.FILES, input, false)));
    }

    private Uni<Void> withhold(Draft draft, String why) {
        return record(draft, "withheld", body(draft).put(Proposal.WITHHELD, why).build(), List.of());
    }

    private static JsonObject.Builder body(Draft draft) {
        Habit habit = draft.habit();
        return JsonObject.builder()
                .put(Proposal.ID, habit.key().id())
                .put(Proposal.BASE, draft.base().bundle().digest().value())
                .put(Proposal.UNTIL, draft.until().toString())
                .put(Proposal.APPROVALS, habit.calls().size())
                .put("tooStrict", habit.tooStrict())
                .put(Proposal.APPROVERS, JsonArray.ofTexts(new TreeSet<>(habit.approvers())))
                .put(Proposal.PERSONS, JsonArray.ofTexts(pseudonyms(habit)))
                .put(
                        Proposal.CALLS,
                        JsonArray.ofTexts(habit.calls().stream()
                                .map(Precedent::call)
                                .limit(NAMED_CALLS)
                                .toList()));
    }

    private static Set<String> pseudonyms(Habit habit) {
        return habit.persons().stream()
                .flatMap(somebody -> somebody.persons().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Uni<Void> record(Draft draft, String state, JsonObject body, List<Input> inputs) {
        Habit.Key key = draft.habit().key();
        Entry entry = new Entry(
                Proposal.PROPOSED,
                journal.now(),
                // Said once of that evidence and that bundle, whoever looks.
                List.of("proposal/" + key.id() + "/" + draft.habit().calls().size() + "/"
                        + draft.base().bundle().digest() + "/" + state + "/" + draft.until()),
                Set.of(),
                Map.of(Column.AGENT, key.agent(), Column.TOOL, key.tool().value(), Column.RULE, key.rule()),
                body,
                "agent/" + key.agent(),
                inputs);
        return journal.record(Actor.WRIT, entry, List.of())
                .replaceWithVoid()
                // Of an agent that was erased nothing is proposed.
                .onFailure(Problem.class)
                .recoverWithNull();
    }
}
