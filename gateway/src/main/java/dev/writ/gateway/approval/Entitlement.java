package dev.writ.gateway.approval;

import dev.writ.gateway.identity.Approver;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.model.Party;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who may answer what an escalation asks: a member of the group that is asked, with no stake in the call unless the rule that asks
 * allows for it.
 *
 * @param asks what of it somebody may answer
 * @param stakes that they have in the call all the same
 */
public record Entitlement(List<Ask> asks, Set<Party> stakes) {

    public Entitlement {
        asks = List.copyOf(asks);
        stakes = Set.copyOf(stakes);
    }

    /**
     * What of it that approver may answer, which is at least one thing.
     *
     * @param owner pseudonyms of whoever answers for the agent
     * @throws Problem if it is nothing, saying why
     */
    static Entitlement of(Approver approver, Escalation escalation, Set<String> owner) {
        List<Ask> asked = escalation.asks().stream()
                .filter(ask -> approver.groups().contains(ask.requirement().group()))
                .toList();
        if (asked.isEmpty()) {
            throw forbidden("Your key lists none of the groups that are asked. Nothing was recorded.");
        }
        Set<Party> stakes = stakes(approver, escalation, owner);
        List<Ask> answerable = asked.stream()
                .filter(ask -> ask.requirement().allowed().containsAll(stakes))
                .toList();
        if (answerable.isEmpty()) {
            throw forbidden("You have a stake in this call, as its "
                    + stakes.stream().map(Party::text).collect(Collectors.joining(" and "))
                    + ", and the rule does not allow for that. Somebody else decides; nothing was recorded.");
        }
        return new Entitlement(answerable, stakes);
    }

    private static Set<Party> stakes(Approver approver, Escalation escalation, Set<String> owner) {
        Set<Party> stakes = EnumSet.noneOf(Party.class);
        if (approver.name().equals(escalation.agent())) {
            stakes.add(Party.REQUESTER);
        }
        if (owner.stream().anyMatch(approver::isPerson)) {
            stakes.add(Party.OWNER);
        }
        if (approver.isPerson(escalation.subject())) {
            stakes.add(Party.PERSON);
        }
        return stakes;
    }

    private static Problem forbidden(String detail) {
        return new Problem(ProblemType.FORBIDDEN, detail);
    }
}
