package dev.writ.gateway.approval;

import dev.writ.model.CallId;
import dev.writ.model.JsonObject;
import dev.writ.model.Requirement;
import dev.writ.model.Rung;
import dev.writ.model.ToolName;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A call that waits for people: what its {@code DECIDED} entry says of that. Its id is the call's.
 *
 * @param agent that submitted it
 * @param subject pseudonym of the person it acts for, as in the entry's column
 * @param argumentsMac keyed digest of the arguments, which tells whether a later call is the same
 * @param session that it was submitted in, or empty
 * @param asks of each rule that escalates, one
 * @param view everything an approver sees, complete; its keyed digest is in the leaf. Empty where it was erased or not read
 * @param isForOthers whether somebody else than the gateway is to carry it out
 */
public record Escalation(
        CallId call,
        String agent,
        String subject,
        ToolName tool,
        String argumentsMac,
        String session,
        List<Ask> asks,
        JsonObject view,
        Instant openedAt,
        boolean isForOthers) {

    public Escalation {
        asks = List.copyOf(asks);
        if (asks.isEmpty()) {
            throw new IllegalArgumentException("an escalation asks something");
        }
    }

    /** When the first of what it asks runs out: grants run out with what they answer, so that after it all can never be met. */
    public Instant expiresAt() {
        return asks.stream().map(Ask::expiresAt).min(Comparator.naturalOrder()).orElseThrow();
    }

    /** The same, of which approvers see that. */
    Escalation with(JsonObject seen) {
        return new Escalation(call, agent, subject, tool, argumentsMac, session, asks, seen, openedAt, isForOthers);
    }

    /** The same, which asks that. */
    Escalation asking(List<Ask> other) {
        return new Escalation(call, agent, subject, tool, argumentsMac, session, other, view, openedAt, isForOthers);
    }

    /** Whose members are asked from the start. */
    public Set<String> groups() {
        return asks.stream().map(ask -> ask.requirement().group()).collect(Collectors.toSet());
    }

    /** Whose members may answer at that time. */
    Set<String> groupsAt(Instant at) {
        Set<String> groups = new HashSet<>(groups());
        asks.forEach(ask -> ask.requirement().ladder().stream()
                .filter(rung -> !at.isBefore(from(ask, rung)))
                .forEach(rung -> groups.add(rung.group())));
        return groups;
    }

    /** When the last of these groups is asked at the latest: at once, or at its rung of a ladder. */
    public Instant askedAt(Set<String> asked) {
        return asks.stream()
                .flatMap(ask -> ask.requirement().ladder().stream()
                        .filter(rung -> asked.contains(rung.group()))
                        .map(rung -> from(ask, rung)))
                .max(Comparator.naturalOrder())
                .orElse(openedAt);
    }

    /** When the next group is asked after that time; empty if none is any more. */
    Optional<Instant> nextRaise(Instant at) {
        return asks.stream()
                .flatMap(ask -> ask.requirement().ladder().stream().map(rung -> from(ask, rung)))
                .filter(due -> due.isAfter(at) && due.isBefore(expiresAt()))
                .min(Comparator.naturalOrder());
    }

    /** From when on that group may answer. */
    public Instant from(Ask ask, Rung rung) {
        return ask.since().orElse(openedAt).plus(rung.after());
    }

    /** How long that had been asked by then; nothing before it was, since clocks of two replicas differ. */
    public Duration waited(Ask ask, Instant at) {
        Duration waited = Duration.between(ask.since().orElse(openedAt), at);
        return waited.isNegative() ? Duration.ZERO : waited;
    }

    private List<Question> questions() {
        return asks.stream()
                .map(ask -> new Question(ask.rule(), ask.requirement()))
                .toList();
    }

    private record Question(String rule, Requirement requirement) {}

    /** Whether a call like that one would ask the same people the same thing. */
    boolean isLike(Escalation other) {
        return agent.equals(other.agent)
                && subject.equals(other.subject)
                && tool.equals(other.tool)
                && argumentsMac.equals(other.argumentsMac)
                && session.equals(other.session)
                && isForOthers == other.isForOthers
                && questions().equals(other.questions());
    }

    @Override
    public String toString() {
        return "Escalation[" + call + "]";
    }
}
