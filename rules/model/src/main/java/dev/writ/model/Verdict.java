package dev.writ.model;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One rule's opinion of a call.
 *
 * @param rule the rule's name, which is its id in every record
 * @param reason written by the rule's author for whoever reads the decision
 * @param requirement what an escalation asks for; of an allow it says that this was an escalation, which grants have met
 * @param matched log indices of the earlier calls that made the rule fire, ascending
 * @param obligations under which it allows the call, now or once its requirement is met
 */
public record Verdict(
        Effect effect,
        String rule,
        String reason,
        Optional<Requirement> requirement,
        List<Long> matched,
        List<Obligation> obligations) {

    /** By rule; several of one rule in an order that does not depend on which fired first. */
    static final Comparator<Verdict> ORDER = Comparator.comparing(Verdict::rule)
            .thenComparing(Verdict::effect)
            .thenComparing(Verdict::reason)
            .thenComparing(Verdict::matched, Verdict::compare)
            .thenComparing(verdict -> verdict.requirement().toString())
            .thenComparing(
                    verdict -> new Obligations(verdict.obligations()).toJson().toJson());

    /** Without obligations. */
    public Verdict(Effect effect, String rule, String reason, Optional<Requirement> requirement, List<Long> matched) {
        this(effect, rule, reason, requirement, matched, List.of());
    }

    public Verdict {
        matched = isAscending(matched)
                ? List.copyOf(matched)
                : matched.stream().sorted().distinct().toList();
        if (requirement.isPresent() ? effect == Effect.DENY : effect == Effect.ESCALATE) {
            throw new IllegalArgumentException("an escalation has a requirement, and a denial has none");
        }
        obligations = List.copyOf(obligations);
        if (effect == Effect.DENY && !obligations.isEmpty()) {
            throw new IllegalArgumentException("a denial obliges to nothing");
        }
    }

    /** This verdict, or the allow that it counts as, if it escalates and enough approvers have granted what it asks for. */
    Verdict given(List<Grant> grants, Instant now) {
        if (effect != Effect.ESCALATE || requirement.isEmpty()) {
            return this;
        }
        int approvals = grants.stream()
                .filter(grant -> grant.isLiveAt(now) && grant.answers(this))
                .collect(Collectors.toMap(
                        Grant::approver, grant -> grant.authority().approvals(), Math::max))
                .values()
                .stream()
                .mapToInt(Integer::intValue)
                .sum();
        return approvals >= requirement.get().approvals()
                ? new Verdict(Effect.ALLOW, rule, reason, requirement, matched, obligations)
                : this;
    }

    private static boolean isAscending(List<Long> indices) {
        for (int i = 1; i < indices.size(); i++) {
            if (indices.get(i) <= indices.get(i - 1)) {
                return false;
            }
        }
        return true;
    }

    private static int compare(List<Long> one, List<Long> other) {
        return Arrays.compare(one.toArray(Long[]::new), other.toArray(Long[]::new));
    }
}
