package dev.writ.model;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What all rules together say of a call. Made in one place, {@link #combine}. */
public sealed interface Decision {

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

    <R> R fold(Function<Allow, R> allow, Function<Deny, R> deny, Function<Escalate, R> escalate);

    /**
     * Deny over escalate over allow; no verdict is a denial.
     *
     * @param verdicts in any order
     */
    static Decision combine(List<Verdict> verdicts) {
        List<Verdict> ordered =
                verdicts.stream().sorted(Comparator.comparing(Verdict::rule)).toList();
        if (ordered.isEmpty() || ordered.stream().anyMatch(verdict -> verdict.effect() == Effect.DENY)) {
            return new Deny(ordered);
        }
        if (ordered.stream().anyMatch(verdict -> verdict.effect() == Effect.ESCALATE)) {
            return new Escalate(ordered);
        }
        return new Allow(ordered);
    }

    record Allow(List<Verdict> verdicts) implements Decision {
        public Allow {
            verdicts = List.copyOf(verdicts);
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
            verdicts = List.copyOf(verdicts);
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
            verdicts = List.copyOf(verdicts);
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
