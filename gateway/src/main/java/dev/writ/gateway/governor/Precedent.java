package dev.writ.gateway.governor;

import dev.writ.audit.Entry;
import dev.writ.audit.Pseudonyms;
import dev.writ.audit.Recorded;
import dev.writ.gateway.approval.Approval;
import dev.writ.gateway.approval.Escalation;
import dev.writ.gateway.call.RecordedArguments;
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
 * @param persons who they are: two keys of one person are one
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
        Set<String> persons,
        boolean isWrong,
        boolean isTooStrict) {

    static final String NOBODY = "-";

    /** What an approval in the ordinary way leaves; anything else (edited, past the rules) is no precedent. */
    private static final Set<String> ORDINARY = Set.of(
            Pace.GRANTED,
            Pace.REFUSED,
            Pace.VIEWED,
            Pace.TOO_FAST,
            "APPROVAL_EXPIRED",
            "APPROVAL_WITHDRAWN",
            "APPROVAL_RAISED",
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
    static Optional<Precedent> of(List<Recorded> entries, Pseudonyms pseudonyms) {
        return Approval.of(entries)
                .filter(approval -> rules(approval.escalation()).size() == 1)
                .map(approval -> of(approval, entries, pseudonyms));
    }

    private static Precedent of(Approval approval, List<Recorded> entries, Pseudonyms pseudonyms) {
        Escalation escalation = approval.escalation();
        Set<String> approvers = approval.grants().stream().map(Grant::approver).collect(Collectors.toSet());
        List<Recorded> said = List.copyOf(FeedbackEntries.current(entries));
        return new Precedent(
                escalation.call().toString(),
                escalation.agent(),
                escalation.tool(),
                rules(escalation).iterator().next(),
                approval.state(),
                entries.stream()
                        .map(Recorded::entry)
                        .filter(entry -> entry.kind().equals("DECIDED"))
                        .findFirst()
                        .filter(decided -> !RecordedArguments.isTainted(decided) && isOrdinary(entries))
                        .flatMap(RecordedArguments::of),
                escalation.subject(),
                escalation.session(),
                escalation.openedAt().atOffset(ZoneOffset.UTC).toLocalDate(),
                approvers,
                persons(entries, pseudonyms),
                said.stream().anyMatch(one -> is(one, FeedbackEntries.Verdict.WRONG)),
                said.stream()
                        .filter(one -> is(one, FeedbackEntries.Verdict.TOO_STRICT))
                        .anyMatch(one -> !approvers.contains(
                                one.entry().body().text("actor").orElse(""))));
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

    /** The person that the key named, or else the principal, as one pseudonym. */
    private static Set<String> persons(List<Recorded> entries, Pseudonyms pseudonyms) {
        return entries.stream()
                .map(Recorded::entry)
                .filter(entry -> entry.kind().equals(Pace.GRANTED))
                .map(Entry::body)
                .flatMap(body -> body.text("person").or(() -> body.text("actor").map(pseudonyms::of)).stream())
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
