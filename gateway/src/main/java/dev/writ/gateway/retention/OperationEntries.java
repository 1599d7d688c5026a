package dev.writ.gateway.retention;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.audit.Kept;
import dev.writ.audit.Pruning;
import dev.writ.audit.Recorded;
import dev.writ.gateway.auditing.Erasures;
import dev.writ.gateway.auditing.Topics;
import dev.writ.gateway.identity.Approver;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The entries of operations, written and read. The functions of the database that delete read these too, and do what they say and
 * no more; members may be added here and never changed.
 */
final class OperationEntries {

    static final String PROPOSED = "OPERATION_PROPOSED";
    static final String REJECTED = "OPERATION_REJECTED";
    static final String HOLD_PLACED = "HOLD_PLACED";
    static final String HOLD_CONFIRMED = "HOLD_CONFIRMED";
    static final String HOLD_RELEASED = "HOLD_RELEASED";
    static final String PRUNE = Pruning.KIND;
    static final String RESULTS_EXPIRED = "RESULTS_EXPIRED";
    static final String DONE = "OPERATION_DONE";

    static final Set<String> KINDS =
            Set.of(PROPOSED, REJECTED, HOLD_PLACED, HOLD_CONFIRMED, HOLD_RELEASED, Erasures.KIND, PRUNE, DONE);

    private static final String OPERATION = "operation";
    private static final String ACT = "act";
    private static final String SUBJECT_KEY = "subjectKey";
    private static final String BELOW = "below";
    private static final String HOLD = "hold";
    private static final String PERSON = "person";
    private static final String EXPIRES = "expiresAt";
    private static final String REASON = "reason";
    private static final String ENTRY = "entry";
    private static final String DELETED = "deleted";
    private static final String PERSON_KEY = "person/";

    /** Reasons are about why, and outlive what is erased: they are under Writ's own key. */
    private static final String WRIT = "writ";

    private OperationEntries() {}

    /** A hold is placed by its proposal: what is to be kept may be gone before a second person has the time. */
    static Entry proposed(String id, Act act, Approver by, String reason, Optional<Instant> expiresAt, Instant at) {
        JsonObject.Builder body = JsonObject.builder().put(OPERATION, id);
        act.<JsonObject.Builder>fold(
                erase -> body.put(ACT, act.text()).put(SUBJECT_KEY, erase.subject()),
                prune -> body.put(ACT, act.text()).put(BELOW, prune.below()),
                hold -> body.put(HOLD, id).put(SUBJECT_KEY, hold.subject()),
                release -> body.put(ACT, act.text()).put(HOLD, release.hold()));
        body.put(PERSON, by.person()).put(EXPIRES, expiresAt.map(Instant::toString));
        return entry(
                act instanceof Act.Hold ? HOLD_PLACED : PROPOSED,
                List.of(OPERATION + "/" + id),
                act,
                body,
                Optional.of(reason),
                at);
    }

    static Entry rejected(Proposed operation, String reason, Instant at) {
        JsonObject.Builder body = JsonObject.builder().put(OPERATION, operation.id());
        boolean isHold = operation.act() instanceof Act.Hold;
        if (isHold) {
            body.put(HOLD, operation.id());
        }
        return entry(
                isHold ? HOLD_RELEASED : REJECTED,
                List.of(answeredKey(operation.id())),
                operation.act(),
                body,
                Optional.of(reason),
                at);
    }

    /**
     * The entry from which on it is in force.
     *
     * @param pruning what a prune says besides
     */
    static Entry confirmed(Proposed operation, Approver by, Optional<PruneScope> pruning, Instant at) {
        JsonObject.Builder body = JsonObject.builder().put(OPERATION, operation.id());
        String kind = operation
                .act()
                .fold(
                        erase -> {
                            body.put(SUBJECT_KEY, erase.subject());
                            return Erasures.KIND;
                        },
                        prune -> {
                            body.put(BELOW, prune.below())
                                    .put("kinds", JsonArray.ofTexts(Act.PRUNABLE))
                                    .put(
                                            "before",
                                            pruning.map(known -> known.before().toString()));
                            pruning.ifPresent(known -> known.kept().in(body));
                            return PRUNE;
                        },
                        hold -> {
                            body.put(HOLD, operation.id()).put(SUBJECT_KEY, hold.subject());
                            return HOLD_CONFIRMED;
                        },
                        release -> {
                            body.put(HOLD, release.hold());
                            return HOLD_RELEASED;
                        });
        return entry(
                kind,
                List.of(answeredKey(operation.id())),
                operation.act(),
                body.put(PERSON, by.person()),
                Optional.empty(),
                at);
    }

    /** @param below results of entries below this index are to be deleted */
    static Entry resultsExpired(long below, Instant at) {
        return new Entry(
                RESULTS_EXPIRED,
                at,
                List.of("results-expired/" + below),
                Set.of(),
                Map.of(),
                JsonObject.builder()
                        .put(BELOW, below)
                        .put("names", JsonArray.ofTexts(List.of("result")))
                        .build(),
                WRIT,
                List.of());
    }

    /**
     * What is known of a prune when it is confirmed.
     *
     * @param before everything that is pruned is older than that; what is younger is complete
     * @param kept what stays below its bound
     */
    record PruneScope(Instant before, Kept kept) {}

    /** What came of an entry that deletes. */
    static Entry done(Recorded cause, long deleted, Instant at) {
        return new Entry(
                DONE,
                at,
                List.of("operation-done/" + cause.index()),
                Set.of(Topics.OPERATIONS),
                Map.of(),
                JsonObject.builder()
                        .put(OPERATION, cause.entry().body().text(OPERATION))
                        .put(ENTRY, cause.index())
                        .put(DELETED, deleted)
                        .build(),
                WRIT,
                List.of());
    }

    /** What an entry of the kind {@link #RESULTS_EXPIRED} or {@link #PRUNE} is about. */
    static long below(Recorded recorded) {
        return Pruning.below(recorded.index(), recorded.entry());
    }

    /** Changes what it says of an operation. An entry that is not understood changes nothing. */
    static void apply(Recorded recorded, Map<String, Proposed> operations) {
        Entry entry = recorded.entry();
        Optional<String> id = entry.body().text(OPERATION);
        if (id.isEmpty() || !KINDS.contains(entry.kind())) {
            return;
        }
        Proposed.Step step =
                new Proposed.Step(recorded.index(), entry.body().text("actor").orElse(""), entry.at());
        switch (entry.kind()) {
            case PROPOSED, HOLD_PLACED ->
                act(recorded)
                        .ifPresent(act -> operations.putIfAbsent(
                                id.get(),
                                Proposed.proposed(
                                        id.get(),
                                        act,
                                        step,
                                        entry.body().text(PERSON),
                                        entry.input(REASON)
                                                .filter(JsonString.class::isInstance)
                                                .map(text -> ((JsonString) text).value()),
                                        entry.body().text(EXPIRES).map(Instant::parse))));
            case REJECTED -> operations.computeIfPresent(id.get(), (same, known) -> known.answered(step, false));
            case Erasures.KIND, PRUNE, HOLD_CONFIRMED ->
                operations.computeIfPresent(id.get(), (same, known) -> known.answered(step, true));
            case HOLD_RELEASED -> {
                // Of a hold that nobody confirmed this is the rejection.
                operations.computeIfPresent(
                        id.get(), (same, known) -> known.answered(step, known.act() instanceof Act.Release));
                entry.body()
                        .text(HOLD)
                        .filter(hold -> !hold.equals(id.get()))
                        .ifPresent(hold -> operations.computeIfPresent(
                                hold, (same, known) -> known.ended(step, Optional.empty())));
            }
            default ->
                operations.computeIfPresent(
                        id.get(),
                        (same, known) ->
                                known.ended(step, entry.body().number(DELETED).map(BigDecimal::longValueExact)));
        }
    }

    private static Optional<Act> act(Recorded recorded) {
        Entry entry = recorded.entry();
        JsonObject body = entry.body();
        Optional<String> subject = body.text(SUBJECT_KEY);
        if (entry.kind().equals(HOLD_PLACED)) {
            return Optional.of(new Act.Hold(subject));
        }
        return switch (body.text(ACT).orElse("")) {
            case "erase" -> subject.map(Act.Erase::new);
            case "prune" ->
                Optional.of(below(recorded)).filter(below -> below > 0).map(Act.Prune::new);
            case "release" -> body.text(HOLD).map(Act.Release::new);
            default -> Optional.empty();
        };
    }

    private static Entry entry(
            String kind, List<String> keys, Act act, JsonObject.Builder body, Optional<String> reason, Instant at) {
        Map<Column, String> columns = new EnumMap<>(Column.class);
        act.subjectKey()
                .filter(subject -> subject.startsWith(PERSON_KEY))
                .ifPresent(subject -> columns.put(Column.SUBJECT, subject.substring(PERSON_KEY.length())));
        Set<String> topics = new HashSet<>(Set.of(Topics.OPERATIONS));
        if (kind.equals(Erasures.KIND)) {
            act.subjectKey().map(Topics::subject).ifPresent(topics::add);
        }
        return new Entry(
                kind,
                at,
                keys,
                topics,
                columns,
                body.build(),
                WRIT,
                reason.map(text -> new Input(REASON, new JsonString(text), true)).stream()
                        .toList());
    }

    private static String answeredKey(String id) {
        return "operation-answered/" + id;
    }
}
