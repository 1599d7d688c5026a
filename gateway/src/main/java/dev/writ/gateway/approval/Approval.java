package dev.writ.gateway.approval;

import dev.writ.audit.Column;
import dev.writ.audit.Recorded;
import dev.writ.model.CallId;
import dev.writ.model.Grant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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

    private Approval(
            Escalation escalation,
            String viewDigest,
            String subjectKey,
            List<Given> given,
            Optional<Ending> ending,
            Recorded changed) {
        this.escalation = escalation;
        this.viewDigest = viewDigest;
        this.subjectKey = subjectKey;
        this.given = List.copyOf(given);
        this.ending = ending;
        this.changed = changed;
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
                        recorded));
    }

    /** This approval after those entries, of which the ones it knows or that are of something else do not matter. */
    public Approval after(List<Recorded> entries) {
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
        return new Approval(escalation, viewDigest, subjectKey, all, end, end.isPresent() ? recorded : changed);
    }

    private long last() {
        return given.isEmpty() ? changed.index() : given.get(given.size() - 1).index();
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
                .flatMap(one -> one.asks().stream()
                        .map(ask -> new Grant(
                                one.index(),
                                ask.rule(),
                                ask.requirement().group(),
                                one.approver(),
                                one.client(),
                                one.stakes(),
                                ask.expiresAt())))
                .toList();
    }

    /** How many have granted that. */
    public int granted(Ask ask) {
        return approvers(ask).size();
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
    boolean isCompleteWith(String approver, List<Ask> asks) {
        return escalation.asks().stream().allMatch(ask -> {
            Set<String> approvers = approvers(ask);
            if (asks.contains(ask)) {
                approvers.add(approver);
            }
            return approvers.size() >= ask.requirement().approvals();
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
                        changed);
    }

    List<Given> given() {
        return given;
    }

    /** The entry that its row follows from: the one that opened it, or the one that ended it. */
    public Recorded changed() {
        return changed;
    }

    /** Whose key encrypts what people say of it. */
    public String subjectKey() {
        return subjectKey;
    }

    private Set<String> approvers(Ask ask) {
        return given.stream()
                .filter(one -> one.asks().contains(ask))
                .map(Given::approver)
                .collect(Collectors.toSet());
    }

    @Override
    public String toString() {
        return "Approval[" + call() + ", " + state().text() + "]";
    }
}
