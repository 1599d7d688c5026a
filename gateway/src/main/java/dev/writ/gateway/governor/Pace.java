package dev.writ.gateway.governor;

import dev.writ.audit.AuditReader;
import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.EntryQuery;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.ApprovalKinds;
import dev.writ.gateway.approval.Attention;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Journal;
import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.CallId;
import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tells those who approve faster than they can read, records it, and makes them pause if it is so configured. */
@ApplicationScoped
class Pace implements Attention {

    /** Written by Writ; column {@code agent} is the approver. */
    static final String TOO_FAST = "APPROVAL_TOO_FAST";

    /** Answers of everybody that are looked through for one of the same person in between. */
    private static final int MOST_BETWEEN = 1_000;

    private static final String ROW = "inARow";

    private final AuditReader reader;
    private final Journal journal;
    private final GovernorConfig config;

    Pace(AuditReader reader, Journal journal, GovernorConfig config) {
        this.reader = reader;
        this.journal = journal;
        this.config = config;
    }

    @Override
    public Uni<Void> before(Approver by) {
        if (config.pauseAfter().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return newest(by.name())
                .invoke(found -> found.map(Recorded::entry).ifPresent(this::requireRested))
                .replaceWithVoid();
    }

    private void requireRested(Entry tooFast) {
        Instant until = tooFast.at().plus(config.pause());
        if (row(tooFast) >= config.pauseAfter().orElseThrow() && journal.now().isBefore(until)) {
            throw new Problem(
                    ProblemType.TOO_MANY_REQUESTS,
                    "You approved " + row(tooFast)
                            + " calls in a row faster than they can be read. You can approve again from " + until
                            + " on, refuse at any time, or leave it to somebody else. Nothing was recorded.");
        }
    }

    @Override
    public Uni<List<String>> after(CallId call, Approver by) {
        return reader.ofCall(
                        call.toString(),
                        Set.of(
                                ApprovalKinds.DECIDED,
                                ApprovalKinds.VIEWED,
                                ApprovalKinds.GRANTED,
                                ApprovalKinds.EDITED,
                                ApprovalKinds.ASKED,
                                ApprovalKinds.ANSWERED))
                .chain(entries -> reading(entries, by.name())
                        .filter(reading -> reading.isTooFast(config.readingSpeed()))
                        .map(reading -> record(reading, by).replaceWith(() -> List.of(warning(reading))))
                        .orElseGet(() -> Uni.createFrom().item(List.of())))
                // The approval is recorded, and what is said about it must not make it look as if it were not.
                .onFailure()
                .recoverWithItem(List.of());
    }

    /**
     * How somebody read what they approved.
     *
     * @param millis from the view to the answer
     */
    record Reading(Recorded grant, long millis, long characters) {

        long needed(int speed) {
            return characters * 1_000 / Math.max(1, speed);
        }

        boolean isTooFast(int speed) {
            return millis < needed(speed);
        }
    }

    /** What is known of how that person read a call; empty if they did not read it through Writ, or it was erased. */
    static Optional<Reading> reading(List<Recorded> ofCall, String approver) {
        Optional<Recorded> grant = by(ofCall, Set.of(ApprovalKinds.GRANTED, ApprovalKinds.EDITED), approver);
        long characters = ofCall.stream()
                .flatMap(recorded -> recorded.entry().input("view").stream())
                .mapToLong(Pace::characters)
                .max()
                .orElse(0);
        return grant.filter(given -> characters > 0)
                .flatMap(given -> given.entry()
                        .body()
                        .number("afterMillis")
                        .map(millis -> millis.longValue())
                        .or(() -> by(ofCall, Set.of(ApprovalKinds.VIEWED), approver)
                                .filter(viewed -> viewed.index() < given.index())
                                .map(viewed -> Duration.between(
                                                viewed.entry().at(),
                                                given.entry().at())
                                        .toMillis()))
                        .map(millis -> new Reading(given, millis, characters)));
    }

    private static Optional<Recorded> by(List<Recorded> entries, Set<String> kinds, String actor) {
        return entries.stream()
                .filter(recorded -> kinds.contains(recorded.entry().kind())
                        && recorded.entry().body().text("actor").equals(Optional.of(actor)))
                .max(Comparator.comparingLong(Recorded::index));
    }

    /** What there is to read in it: names and values, without what holds them together. */
    static long characters(JsonValue value) {
        if (value instanceof JsonObject object) {
            return object.members().entrySet().stream()
                    .mapToLong(member -> member.getKey().length() + characters(member.getValue()))
                    .sum();
        } else if (value instanceof JsonArray array) {
            return array.items().stream().mapToLong(Pace::characters).sum();
        }
        return value instanceof JsonString text
                ? text.value().length()
                : value.toJson().length();
    }

    private String warning(Reading reading) {
        return "You approved " + reading.characters() + " characters " + seconds(reading.millis())
                + " s after they were shown to you; a fast reader needs "
                + seconds(reading.needed(config.readingSpeed()))
                + " s. It counts all the same. Read the next one, or refuse what you cannot judge.";
    }

    private static String seconds(long millis) {
        return Duration.ofMillis(millis).toSeconds() + "." + millis % 1_000 / 100;
    }

    private Uni<Void> record(Reading reading, Approver by) {
        Recorded grant = reading.grant();
        return newest(by.name())
                .chain(before -> inARow(before, grant, by.name()).chain(row -> {
                    JsonObject body = JsonObject.builder()
                            .put("approver", by.name())
                            .put("grant", grant.index())
                            .put("characters", reading.characters())
                            .put("afterMillis", reading.millis())
                            .put("neededMillis", reading.needed(config.readingSpeed()))
                            .put(ROW, row)
                            .build();
                    Map<Column, String> columns = Map.of(
                            Column.AGENT,
                            by.name(),
                            Column.CALL,
                            grant.entry().column(Column.CALL).orElseThrow());
                    return journal.record(
                                    Actor.WRIT,
                                    TOO_FAST,
                                    List.of("too-fast/" + grant.index()),
                                    Set.of(),
                                    columns,
                                    body,
                                    List.of(),
                                    List.of())
                            .replaceWithVoid();
                }));
    }

    /** The newest note of that approver having been too fast. */
    private Uni<Optional<Recorded>> newest(String approver) {
        return reader.find(new EntryQuery(
                        Map.of(Column.AGENT, approver),
                        Set.of(TOO_FAST),
                        0,
                        Long.MAX_VALUE,
                        Optional.empty(),
                        Optional.empty(),
                        true,
                        1,
                        false))
                .map(found -> found.stream().findFirst());
    }

    /** How many in a row that one is: any other answer of theirs in between, a refusal too, ends a row. */
    private Uni<Long> inARow(Optional<Recorded> before, Recorded grant, String approver) {
        if (before.isEmpty()) {
            return Uni.createFrom().item(1L);
        }
        Recorded last = before.get();
        long from = last.entry().body().number("grant").orElseThrow().longValue() + 1;
        return reader.find(new EntryQuery(
                        Map.of(),
                        Set.of(ApprovalKinds.GRANTED, ApprovalKinds.EDITED, ApprovalKinds.REFUSED),
                        from,
                        Math.max(from, grant.index()),
                        Optional.empty(),
                        Optional.empty(),
                        true,
                        MOST_BETWEEN,
                        false))
                .map(between -> between.stream()
                                .anyMatch(answer ->
                                        answer.entry().body().text("actor").equals(Optional.of(approver)))
                        ? 1L
                        : row(last.entry()) + 1);
    }

    private static long row(Entry tooFast) {
        return tooFast.body().number(ROW).map(row -> row.longValue()).orElse(1L);
    }
}
