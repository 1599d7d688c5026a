package dev.writ.gateway.approval;

import dev.writ.gateway.identity.Somebody;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Party;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who may answer what an escalation asks: a member of a group that is asked by then, or whom one has lent that right to, with no
 * stake in the call unless the rule that asks allows for it. Neither of the two may have one.
 *
 * @param voices what of it somebody may answer, at least one thing
 */
public record Entitlement(List<Voice> voices) {

    public Entitlement {
        voices = List.copyOf(voices);
    }

    /**
     * Somebody's right to answer.
     *
     * @param lender who lent it; absent if it is their own
     */
    record Claim(Set<String> groups, Optional<Lender> lender) {

        Claim {
            groups = Set.copyOf(groups);
        }
    }

    /** Who lent a right, and by what. */
    record Lender(Somebody somebody, Voice.Lent lent) {}

    /**
     * What of it somebody may answer.
     *
     * @param claims what they may answer with, their own first
     * @param taken whoever has approved it already, for themselves or through others: their right is used
     * @throws Problem if it is nothing, saying why
     */
    static Entitlement of(
            Somebody by, List<Claim> claims, Escalation escalation, Parties parties, List<Somebody> taken, Instant at) {
        List<Voice> voices = new ArrayList<>();
        Set<Party> stakes = EnumSet.noneOf(Party.class);
        for (Ask ask : escalation.asks()) {
            Duration waited = escalation.waited(ask, at);
            List<Voice> possible = claims.stream()
                    .filter(claim -> claim.lender().stream()
                            .noneMatch(lender -> taken.stream().anyMatch(lender.somebody()::isSame)))
                    .flatMap(claim -> voice(by, claim, ask, parties, waited).stream())
                    .toList();
            possible.forEach(voice -> stakes.addAll(voice.stakes()));
            possible.stream()
                    .filter(voice -> ask.requirement().allowed().containsAll(voice.stakes()))
                    .findFirst()
                    .ifPresent(voices::add);
        }
        if (voices.isEmpty()) {
            throw forbidden(stakes.isEmpty() ? notAsked(claims, escalation) : withStakes(stakes));
        }
        return new Entitlement(voices);
    }

    /** The first group by which it gives a say in what is asked, with the stakes that stand against it. */
    private static Optional<Voice> voice(Somebody by, Claim claim, Ask ask, Parties parties, Duration waited) {
        return groups(ask)
                .filter(group ->
                        claim.groups().contains(group) && ask.requirement().isAsked(group, waited))
                .findFirst()
                .map(group -> {
                    Set<Party> stakes = parties.stakes(by, ask);
                    claim.lender().ifPresent(lender -> stakes.addAll(parties.stakes(lender.somebody(), ask)));
                    return new Voice(ask, group, stakes, claim.lender().map(Lender::lent), 1);
                });
    }

    private static Stream<String> groups(Ask ask) {
        return Stream.concat(
                Stream.of(ask.requirement().group()),
                ask.requirement().ladder().stream().map(rung -> rung.group()));
    }

    private static String notAsked(List<Claim> claims, Escalation escalation) {
        Set<String> mine =
                claims.stream().flatMap(claim -> claim.groups().stream()).collect(Collectors.toSet());
        return escalation.asks().stream()
                .flatMap(ask -> ask.requirement().ladder().stream()
                        .filter(rung -> mine.contains(rung.group()))
                        .map(rung -> escalation.from(ask, rung)))
                .min(Instant::compareTo)
                .map(from -> "Your groups are asked from " + from + " on, and others before. Nothing was recorded.")
                .orElse(
                        "Your key lists none of the groups that are asked, and nobody who may answer has lent you theirs."
                                + " Nothing was recorded.");
    }

    private static String withStakes(Set<Party> stakes) {
        return "You, or whoever you stand for, have a stake in this call, as its "
                + stakes.stream().map(Party::text).collect(Collectors.joining(" and "))
                + ", and the rule does not allow for that. Somebody else decides; nothing was recorded.";
    }

    /** What they may answer of it. */
    List<Ask> asks() {
        return voices.stream().map(Voice::ask).distinct().toList();
    }

    /** Nothing, if some of it has to be signed: whoever signs for that then answers all of it. */
    Entitlement unsigned() {
        return voices.stream().anyMatch(voice -> voice.ask().requirement().signed())
                ? new Entitlement(List.of())
                : this;
    }

    /** Everybody in whose name something is answered here, beside the one who answers. */
    Set<String> lenders() {
        return voices.stream()
                .flatMap(voice -> voice.lent().stream())
                .map(Voice.Lent::lender)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The stakes that there are, whatever they are in. */
    Set<Party> stakes() {
        return voices.stream().flatMap(voice -> voice.stakes().stream()).collect(Collectors.toSet());
    }

    private static Problem forbidden(String detail) {
        return new Problem(ProblemType.FORBIDDEN, detail);
    }
}
