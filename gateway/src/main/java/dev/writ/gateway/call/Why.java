package dev.writ.gateway.call;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.model.Decision;
import dev.writ.model.JsonValue;
import dev.writ.rules.Explanation.Nearest;
import dev.writ.rules.Explanation.State;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Why the rules decided as they did, worked out from what was recorded. It shows auditors everything that the rules compare with, and no
 * value that they were compared with.
 *
 * @param note what is to be known about it; absent if it is complete and says what was recorded
 * @param rules that are about the call's tool, those that spoke first
 * @param omitted how many more there are
 * @param nearest the rule that came closest to allowing it
 * @param earlier the calls that any of it rests on
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Why(Optional<String> note, List<Rule> rules, int omitted, Optional<Near> nearest, List<Earlier> earlier) {

    private static final int SHOWN = 200;

    /**
     * One rule, as its bundle has it.
     *
     * @param state {@code holds}, {@code fails} or {@code doubtful}
     */
    public record Rule(
            String bundle,
            String rule,
            String file,
            int line,
            String says,
            String reason,
            String state,
            List<Condition> conditions) {

        static Rule of(dev.writ.rules.Explanation.Rule rule) {
            return new Rule(
                    rule.bundle(),
                    rule.name(),
                    rule.file(),
                    rule.line(),
                    rule.says(),
                    rule.reason(),
                    text(rule.state()),
                    rule.parts().stream().map(Condition::of).toList());
        }
    }

    /**
     * One condition of a rule.
     *
     * @param state {@code holds}, {@code fails}, {@code undefined}, {@code doubtful} or {@code not-asked}
     * @param matched indices of the earlier decisions that it rests on
     * @param change of the call that would make it hold, where one argument is all it takes
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Condition(
            String text, int line, int column, String state, List<Long> matched, Optional<Change> change) {

        static Condition of(dev.writ.rules.Explanation.Part part) {
            return new Condition(
                    part.text(),
                    part.line(),
                    part.column(),
                    Why.text(part.state()),
                    part.matched(),
                    part.change().map(change -> new Change(change.argument(), change.bound(), change.value())));
        }
    }

    /**
     * A change of one argument.
     *
     * @param value one within the bound
     */
    public record Change(String argument, String bound, JsonValue value) {}

    /**
     * The rule that came closest to allowing the call.
     *
     * @param then what would be decided with exactly these changes; absent if it takes more than changes of arguments
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Near(String bundle, String rule, List<Condition> unmet, Optional<Then> then) {

        static Near of(Nearest nearest) {
            return new Near(
                    nearest.rule().bundle(),
                    nearest.rule().name(),
                    nearest.rule().unmet().stream().map(Condition::of).toList(),
                    nearest.then().map(Then::of));
        }
    }

    /**
     * What would be decided otherwise.
     *
     * @param rule that decides first; absent if none speaks
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Then(String effect, Optional<String> rule) {

        static Then of(Decision decision) {
            return new Then(decision.effect().text(), decision.rule());
        }
    }

    /**
     * An earlier call that it rests on.
     *
     * @param explanation where it is explained
     */
    public record Earlier(long index, String call, String explanation) {

        static Earlier of(long index, String call) {
            return new Earlier(index, call, "/v1/audit/calls/" + call);
        }
    }

    /** Where nothing can be said. */
    static Why unknown(String note) {
        return new Why(Optional.of(note), List.of(), 0, Optional.empty(), List.of());
    }

    static Why of(Optional<String> note, dev.writ.rules.Explanation explanation) {
        List<dev.writ.rules.Explanation.Rule> ordered = explanation.rules().stream()
                .sorted(Comparator.comparing(rule -> rule.state() == State.FAILS))
                .toList();
        return new Why(
                note,
                ordered.stream().limit(SHOWN).map(Rule::of).toList(),
                Math.max(0, ordered.size() - SHOWN),
                explanation.nearest().map(Near::of),
                List.of());
    }

    /** Indices of the earlier decisions that it rests on. */
    Set<Long> matched() {
        return rules.stream()
                .flatMap(rule -> rule.conditions().stream())
                .flatMap(condition -> condition.matched().stream())
                .collect(Collectors.toSet());
    }

    /** @param calls by the indices of their decisions */
    Why with(Map<Long, String> calls) {
        return new Why(
                note,
                rules,
                omitted,
                nearest,
                calls.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(call -> Earlier.of(call.getKey(), call.getValue()))
                        .toList());
    }

    private static String text(State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
