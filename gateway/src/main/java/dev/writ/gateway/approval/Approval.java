package dev.writ.gateway.approval;

import dev.writ.audit.Column;
import dev.writ.audit.Recorded;
import dev.writ.model.CallId;
import dev.writ.model.Grant;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** An approval as the entries of its call tell it, whoever reads them. */
public final class Approval {

    /** The kinds of entries that tell of one. */
    public static final Set<String> KINDS = ApprovalEntries.KINDS;

    /** Where an approval stands. Written in lower case. */
    public enum State {
        OPEN,
        APPROVED,
        REFUSED,
        EXPIRED,
        WITHDRAWN;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<State> parse(String text) {
            return Stream.of(values())
                    .filter(state -> state.text().equals(text))
                    .findFirst();
        }
    }

    private final Escalation escalation;
    private final String viewDigest;
    private final String subjectKey;
    private final List<Given> given;
    private final Optional<Ending> ending;
    private final Recorded changed;
    private final Set<String> raised;

    private Approval(
            Escalation escalation,
            String viewDigest,
            String subjectKey,
            List<Given> given,
            Optional<Ending> ending,
            Recorded changed,
            Set<String> raised) {
        this.escalation = escalation;
        this.viewDigest = viewDigest;
        this.subjectKey = subjectKey;
        this.given = List.copyOf(given);
        this.ending = ending;
        this.changed = changed;
        this.raised = Set.copyOf(raised);
    }

    /**
     * The approval that one of these entries opens; empty if none does.
     *
     * @param entries of one call, by index; those of other kinds do not matter
     */
    public static Optional<Approval> of(List<Recorded> entries) {
        return entries.stream()
                .flatMap(recorded -> opened(recorded).stream())
                .findFirst()
                .map(opened -> opened.after(entries));
    }

    private static Optional<Approval> opened(Recorded recorded) {
        return ApprovalEntries.openedBy(recorded.entry())
                .map(escalation -> new Approval(
                        escalation,
                        ApprovalEntries.viewDigest(recorded.entry()),
                        recorded.entry().subjectKey(),
                        List.of(),
                        Optional.empty(),
                        recorded,
                        Set.of()));
    }

    /** This approval after those entries, of which the ones it knows or that are of something else do not matter. */
    Approval after(List<Recorded> entries) {
        Approval now = this;
        for (Recorded recorded : entries) {
            now = now.after(recorded);
        }
        return now;
    }

    private Approval after(Recorded recorded) {
        boolean isOurs = recorded.entry()
                .column(Column.CALL)
                .filter(escalation.call().toString()::equals)
                .isPresent();
        if (!isOurs || ending.isPresent() || recorded.index() <= last()) {
            return this;
        }
        List<Given> all = new ArrayList<>(given);
        ApprovalEntries.givenBy(recorded, escalation).ifPresent(all::add);
        Optional<Ending> end = ApprovalEntries.endedBy(recorded);
        Set<String> asked = new HashSet<>(raised);
        boolean raises = asked.addAll(LadderEntries.raisedBy(recorded.entry()));
        return new Approval(
                escalation, viewDigest, subjectKey, all, end, end.isPresent() || raises ? recorded : changed, asked);
    }

    private long last() {
        return given.isEmpty()
                ? changed.index()
                : Math.max(changed.index(), given.get(given.size() - 1).index());
    }

    public CallId call() {
        return escalation.call();
    }

    public Escalation escalation() {
        return escalation;
    }

    public State state() {
        return ending.map(Ending::state).orElse(State.OPEN);
    }

    /** Whether it can still be answered at that time. It may be expired without an entry that says so yet. */
    public boolean isOpenAt(Instant at) {
        return ending.isEmpty() && at.isBefore(escalation.expiresAt());
    }

    /** What was granted so far, for the decision that follows. */
    public List<Grant> grants() {
        return given.stream()
                .flatMap(one -> one.voices().stream()
                        .map(voice -> new Grant(
                                one.index(),
                                voice.ask().rule(),
                                voice.group(),
                                one.approver(),
                                one.client(),
                                voice.stakes(),
                                voice.ask().expiresAt(),
                                new Grant.Authority(
                                        waited(one.at()), voice.lent().map(Voice.Lent::client), voice.approvals()))))
                .toList();
    }

    /** Clocks of two replicas differ. */
    private Duration waited(Instant at) {
        Duration waited = Duration.between(escalation.openedAt(), at);
        return waited.isNegative() ? Duration.ZERO : waited;
    }

    /** How many have granted that, or as many as were asked if somebody broke the glass. */
    public int granted(Ask ask) {
        return sum(approvals(ask));
    }

    /** The groups that were asked so far, as its row has them. */
    Set<String> groups() {
        Set<String> groups = new HashSet<>(escalation.groups());
        groups.addAll(raised);
        return groups;
    }

    /** How it ended; absent while it has not. */
    public Optional<Ending> ending() {
        return ending;
    }

    /** The keyed digest of what approvers see. */
    public String viewDigest() {
        return viewDigest;
    }

    /** Whether everything that is asked would have been granted, had that approver granted those too. */
    boolean isCompleteWith(String approver, List<Voice> voices) {
        return escalation.asks().stream().allMatch(ask -> {
            Map<String, Integer> approvals = approvals(ask);
            voices.stream()
                    .filter(voice -> voice.ask().equals(ask))
                    .forEach(voice -> approvals.merge(approver, voice.approvals(), Math::max));
            return sum(approvals) >= ask.requirement().approvals();
        });
    }

    /** Without what does not count, as long as it has not ended. */
    Approval counting(Predicate<Given> counts) {
        return ending.isPresent()
                ? this
                : new Approval(
                        escalation,
                        viewDigest,
                        subjectKey,
                        given.stream().filter(counts).toList(),
                        ending,
                        changed,
                        raised);
    }

    List<Given> given() {
        return given;
    }

    /** The entry that its row follows from: the one that opened it, that asked the next group, or that ended it. */
    Recorded changed() {
        return changed;
    }

    /** Whose key encrypts what people say of it. */
    String subjectKey() {
        return subjectKey;
    }

    private Map<String, Integer> approvals(Ask ask) {
        Map<String, Integer> approvals = new HashMap<>();
        given.forEach(one -> one.voices().stream()
                .filter(voice -> voice.ask().equals(ask))
                .forEach(voice -> approvals.merge(one.approver(), voice.approvals(), Math::max)));
        return approvals;
    }

    private static int sum(Map<String, Integer> approvals) {
        return approvals.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public String toString() {
        return "Approval[" + call() + ", " + state().text() + "]";
    }
}
