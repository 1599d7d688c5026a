package dev.writ.gateway.governor;

import dev.writ.audit.Entry;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.ApprovalKinds;
import dev.writ.gateway.approval.Escalation;
import dev.writ.gateway.call.RecordedArguments;
import dev.writ.gateway.identity.People;
import dev.writ.gateway.identity.Somebody;
import dev.writ.model.Grant;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolName;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A call that waited for people and that they answered.
 *
 * @param rule the one that asked
 * @param arguments empty if they are not to be learned from: erased, tainted, changed by rules or by people, or approved past the rules
 * @param subject pseudonym of the person it was for; {@code -} if it was for nobody
 * @param approvers principals who approved it
 * @param persons who they are
 * @param isWrong somebody says that the decision was wrong
 * @param isTooStrict somebody else than its approvers says that people need not have been asked
 */
record Precedent(
        String call,
        String agent,
        ToolName tool,
        String rule,
        Approval.State state,
        Optional<JsonObject> arguments,
        String subject,
        String session,
        LocalDate day,
        Set<String> approvers,
        Set<Somebody> persons,
        boolean isWrong,
        boolean isTooStrict) {

    static final String NOBODY = "-";

    /** What an approval in the ordinary way leaves; anything else (edited, past the rules) is no precedent. */
    private static final Set<String> ORDINARY = Set.of(
            ApprovalKinds.GRANTED,
            ApprovalKinds.REFUSED,
            ApprovalKinds.VIEWED,
            Pace.TOO_FAST,
            ApprovalKinds.EXPIRED,
            ApprovalKinds.WITHDRAWN,
            ApprovalKinds.RAISED,
            "APPROVAL_SUMMARISED");

    /** Members of an entry that say that nobody looked at just this call, or that rules were overruled. */
    private static final List<String> EXTRAORDINARY = List.of("brokeGlass", "envelopes", "edited");

    Precedent {
        approvers = Set.copyOf(approvers);
        persons = Set.copyOf(persons);
    }

    /**
     * What those entries tell.
     *
     * @param entries all of one call, with inputs
     * @return empty if it never waited, or if several rules asked: one exception would not do
     */
    static Optional<Precedent> of(List<Recorded> entries, People people) {
        return Approval.of(entries)
                .filter(approval -> rules(approval.escalation()).size() == 1)
                .map(approval -> of(approval, entries, people));
    }

    private static Precedent of(Approval approval, List<Recorded> entries, People people) {
        Escalation escalation = approval.escalation();
        Set<String> approvers = approval.grants().stream().map(Grant::approver).collect(Collectors.toSet());
        Set<Somebody> persons = persons(entries, people);
        List<Recorded> said = List.copyOf(FeedbackEntries.current(entries));
        return new Precedent(
                escalation.call().toString(),
                escalation.agent(),
                escalation.tool(),
                rules(escalation).iterator().next(),
                approval.state(),
                entries.stream()
                        .map(Recorded::entry)
                        .filter(entry -> entry.kind().equals(ApprovalKinds.DECIDED))
                        .findFirst()
                        .filter(decided -> !RecordedArguments.isTainted(decided) && isOrdinary(entries))
                        .flatMap(RecordedArguments::of),
                escalation.subject(),
                escalation.session(),
                escalation.openedAt().atOffset(ZoneOffset.UTC).toLocalDate(),
                approvers,
                persons,
                said.stream().anyMatch(one -> is(one, FeedbackEntries.Verdict.WRONG)),
                said.stream()
                        .filter(one -> is(one, FeedbackEntries.Verdict.TOO_STRICT))
                        .map(one -> people.of(one.entry().body().text("actor").orElse("")))
                        .anyMatch(somebody -> persons.stream().noneMatch(somebody::isSame)));
    }

    private static Set<String> rules(Escalation escalation) {
        return escalation.asks().stream().map(ask -> ask.rule()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean is(Recorded feedback, FeedbackEntries.Verdict verdict) {
        return FeedbackEntries.verdict(feedback).equals(Optional.of(verdict));
    }

    private static boolean isOrdinary(List<Recorded> entries) {
        return entries.stream()
                .map(Recorded::entry)
                .allMatch(entry -> EXTRAORDINARY.stream()
                                .noneMatch(member -> entry.body().get(member).isPresent())
                        && (entry.kind().startsWith("APPROVAL_")
                                ? ORDINARY.contains(entry.kind())
                                : !entry.kind().startsWith("ENVELOPE_")));
    }

    private static Set<Somebody> persons(List<Recorded> entries, People people) {
        return entries.stream()
                .map(Recorded::entry)
                .filter(entry -> entry.kind().equals(ApprovalKinds.GRANTED))
                .map(Entry::body)
                .map(body -> people.of(body.text("actor").orElseThrow(), body.text("person")))
                .collect(Collectors.toSet());
    }

    boolean isForPerson() {
        return !subject.equals(NOBODY);
    }

    boolean isApproved() {
        return state == Approval.State.APPROVED;
    }

    @Override
    public String toString() {
        return "Precedent[" + call + "]";
    }
}
