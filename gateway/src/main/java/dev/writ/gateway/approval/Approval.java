package dev.writ.gateway.approval;

import dev.writ.audit.Column;
import dev.writ.audit.Recorded;
import dev.writ.model.CallId;
import dev.writ.model.Grant;
import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/** An approval as the entries of its call tell it, whoever reads them. */
public final class Approval {

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
    private final Course course;

    private Approval(
            Escalation escalation,
            String viewDigest,
            String subjectKey,
            List<Given> given,
            Optional<Ending> ending,
            Recorded changed,
            Set<String> raised,
            Course course) {
        this.escalation = escalation;
        this.viewDigest = viewDigest;
        this.subjectKey = subjectKey;
        this.given = List.copyOf(given);
        this.ending = ending;
        this.changed = changed;
        this.raised = Set.copyOf(raised);
        this.course = course;
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
                        Set.of(),
                        Course.begun(recorded)));
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
        if (!isOurs || ending.isPresent() || recorded.index() <= course.last()) {
            return this;
        }
        Optional<List<Ask>> asked = EditEntries.asks(recorded.entry());
        Escalation now = asked.map(escalation::asking).orElse(escalation);
        // What was granted before was granted for other arguments.
        List<Given> all = asked.isPresent() ? new ArrayList<>() : new ArrayList<>(given);
        ApprovalEntries.givenBy(recorded, now).ifPresent(all::add);
        Optional<Ending> end = ApprovalEntries.endedBy(recorded);
        Set<String> asks = new HashSet<>(raised);
        boolean raises = asks.addAll(LadderEntries.raisedBy(recorded.entry()));
        Optional<Revision> revision = Revision.of(recorded.entry());
        return new Approval(
                revision.map(seen -> now.with(seen.view())).orElse(now),
                revision.map(Revision::mac).orElse(viewDigest),
                subjectKey,
                all,
                end,
                end.isPresent() || asked.isPresent() || raises ? recorded : changed,
                asks,
                course.after(recorded));
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
                                                escalation.waited(voice.ask(), one.at()),
                                                voice.lent().map(Voice.Lent::client),
                                                voice.approvals(),
                                                one.passkey())
                                        .asked(voice.first()))))
                .toList();
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

    /** Whether approvers see something else from this entry on, which has the whole of it as an input. */
    public static boolean isRevision(Recorded recorded) {
        return ApprovalKinds.ALL.contains(recorded.entry().kind())
                && Revision.of(recorded.entry()).isPresent();
    }

    /** The keyed digest of what approvers see. */
    public String viewDigest() {
        return viewDigest;
    }

    /** When that approver last looked at what is to be approved now, through Writ. */
    Optional<Viewed> viewedBy(String approver) {
        return course.viewed(approver, viewDigest);
    }

    /** What the agent was asked about it, in the order of the log. */
    public List<Clarification> clarifications() {
        return course.clarifications();
    }

    /** What the agent has yet to answer, while that can matter. */
    public Optional<Clarification> question() {
        return course.question().filter(open -> ending.isEmpty());
    }

    /** Whether what is to be approved is no longer what it was when people were first asked. */
    public boolean isRevised() {
        return !course.clarifications().isEmpty() || !course.edits().isEmpty();
    }

    /** How an approver last changed the call; empty if it is as it was submitted. */
    public Optional<Edited> edited() {
        return course.edits().stream().reduce((earlier, later) -> later);
    }

    /** Keyed digest of the arguments that are to be approved now. */
    public String argumentsMac() {
        return edited().map(Edited::argumentsMac).orElseGet(escalation::argumentsMac);
    }

    /** How often it was changed; what was granted before the last change is void. */
    int edits() {
        return course.edits().size();
    }

    /** How often somebody changed it, or wanted to. */
    int attempts() {
        return course.attempts();
    }

    /** What rules said, if the newest that happened is that they denied a change. */
    Optional<JsonObject> refusedEdit() {
        return course.refusedEdit();
    }

    /** Index of the entry that opened it. */
    long openedAt() {
        return course.opening().index();
    }

    /** Whether a call like that one would ask the same people the same thing, as it was submitted. */
    boolean isLike(Escalation other) {
        return ApprovalEntries.openedBy(course.opening().entry())
                .filter(opened -> opened.isLike(other))
                .isPresent();
    }

    /** As if that was asked. */
    Approval asking(List<Ask> asks) {
        return new Approval(escalation.asking(asks), viewDigest, subjectKey, given, ending, changed, raised, course);
    }

    /** Digest of the tool's definition that the call was made with. */
    public Optional<String> definition() {
        return course.opening().entry().body().text("definition");
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

    /** Without what does not count, as long as it has not ended. Of one person's approval some may count and the rest not. */
    Approval counting(BiPredicate<Given, Voice> counts) {
        return ending.isPresent()
                ? this
                : new Approval(
                        escalation,
                        viewDigest,
                        subjectKey,
                        given.stream()
                                .flatMap(one -> one.counting(voice -> counts.test(one, voice)).stream())
                                .toList(),
                        ending,
                        changed,
                        raised,
                        course);
    }

    public List<Given> given() {
        return given;
    }

    /** The entry that its row follows from: the one that opened it, last changed it, asked the next group, or ended it. */
    Recorded changed() {
        return changed;
    }

    /** Whose key encrypts what people say of it. */
    public String subjectKey() {
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
