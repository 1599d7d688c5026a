package dev.writ.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What all rules together say of a call. Made in one place, {@link #combine}. */
public sealed interface Decision {

    /** Rule id of the denial of a call that cannot be carried out as rules oblige. No bundle can use it. */
    String OBLIGATION = "writ:obligation";

    /** Every rule that spoke, by rule id. */
    List<Verdict> verdicts();

    /** The verdicts that decided: those with this decision's effect. */
    default List<Verdict> deciding() {
        return verdicts().stream()
                .filter(verdict -> verdict.effect() == effect())
                .toList();
    }

    default Optional<String> rule() {
        return deciding().stream().findFirst().map(Verdict::rule);
    }

    default String reason() {
        return deciding().stream().findFirst().map(Verdict::reason).orElse("no rule allows this call");
    }

    Effect effect();

    /** What carrying the call out is bound to, once it is allowed: by rule id; none if it is denied. */
    default Obligations obligations() {
        return new Obligations(verdicts().stream()
                .filter(verdict -> effect() != Effect.DENY)
                .flatMap(verdict -> verdict.obligations().stream())
                .toList());
    }

    <R> R fold(Function<Allow, R> allow, Function<Deny, R> deny, Function<Escalate, R> escalate);

    /**
     * Deny over escalate over allow; no verdict is a denial.
     *
     * @param verdicts in any order
     */
    static Decision combine(List<Verdict> verdicts) {
        return combine(verdicts, List.of(), Instant.MIN);
    }

    /**
     * Deny over escalate over allow; no verdict is a denial. An escalation counts as that rule's allow if live grants meet it, so
     * that no rule has to ask whether somebody approved. Obligations that contradict each other are a denial under the rule id
     * {@link #OBLIGATION}.
     *
     * @param verdicts in any order
     * @param grants given for this very call
     */
    static Decision combine(List<Verdict> verdicts, List<Grant> grants, Instant now) {
        List<Verdict> ordered = verdicts.stream()
                .map(verdict -> verdict.given(grants, now))
                .sorted(Verdict.ORDER)
                .toList();
        Decision decision = of(ordered);
        return decision.obligations().contradiction().map(decision::unmeetable).orElse(decision);
    }

    /** The denial that this is because what it obliges to cannot be done. */
    default Decision unmeetable(String reason) {
        List<Verdict> all = new ArrayList<>(verdicts());
        all.add(new Verdict(Effect.DENY, OBLIGATION, reason, Optional.empty(), List.of()));
        return of(all.stream().sorted(Verdict.ORDER).toList());
    }

    private static Decision of(List<Verdict> ordered) {
        return switch (effectOf(ordered)) {
            case ALLOW -> new Allow(ordered);
            case ESCALATE -> new Escalate(ordered);
            case DENY -> new Deny(ordered);
        };
    }

    private static Effect effectOf(List<Verdict> verdicts) {
        if (verdicts.isEmpty() || verdicts.stream().anyMatch(verdict -> verdict.effect() == Effect.DENY)) {
            return Effect.DENY;
        }
        boolean escalates = verdicts.stream().anyMatch(verdict -> verdict.effect() == Effect.ESCALATE);
        return escalates ? Effect.ESCALATE : Effect.ALLOW;
    }

    /** So that nobody can make an allow of verdicts that do not allow. */
    private static List<Verdict> requireEffect(Effect effect, List<Verdict> verdicts) {
        if (effectOf(verdicts) != effect) {
            throw new IllegalArgumentException("these verdicts do not " + effect.text());
        }
        return List.copyOf(verdicts);
    }

    record Allow(List<Verdict> verdicts) implements Decision {
        public Allow {
            verdicts = requireEffect(Effect.ALLOW, verdicts);
        }

        @Override
        public Effect effect() {
            return Effect.ALLOW;
        }

        @Override
        public <R> R fold(Function<Allow, R> allow, Function<Deny, R> deny, Function<Escalate, R> escalate) {
            return allow.apply(this);
        }
    }

    record Deny(List<Verdict> verdicts) implements Decision {
        public Deny {
            verdicts = requireEffect(Effect.DENY, verdicts);
        }

        @Override
        public Effect effect() {
            return Effect.DENY;
        }

        @Override
        public <R> R fold(Function<Allow, R> allow, Function<Deny, R> deny, Function<Escalate, R> escalate) {
            return deny.apply(this);
        }
    }

    record Escalate(List<Verdict> verdicts) implements Decision {
        public Escalate {
            verdicts = requireEffect(Effect.ESCALATE, verdicts);
        }

        /** What must be met before the call may run. */
        public List<Requirement> requirements() {
            return deciding().stream()
                    .flatMap(verdict -> verdict.requirement().stream())
                    .toList();
        }

        @Override
        public Effect effect() {
            return Effect.ESCALATE;
        }

        @Override
        public <R> R fold(Function<Allow, R> allow, Function<Deny, R> deny, Function<Escalate, R> escalate) {
            return escalate.apply(this);
        }
    }
}
