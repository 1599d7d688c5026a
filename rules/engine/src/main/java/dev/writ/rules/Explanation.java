package dev.writ.rules;

import dev.writ.model.Decision;
import dev.writ.model.JsonValue;
import java.util.List;
import java.util.Optional;

/**
 * Why a call is decided as it is: what each rule asked of it, and what came of that.
 *
 * <p>It shows whoever wrote the rules or answers for them everything; what an agent may see is a {@link Hint}.
 *
 * @param rules that are about the call's tool, by bundle, in the order of files and lines
 * @param nearest the rule that came closest to allowing the call, if none did
 */
public record Explanation(Decision decision, List<Rule> rules, Optional<Nearest> nearest) {

    public Explanation {
        rules = List.copyOf(rules);
    }

    /** What became of a rule or of a part of it. */
    public enum State {
        HOLDS,
        FAILS,
        /** A value that it needs is not there. */
        UNDEFINED,
        /** It cannot be told, and so the rule denies. */
        DOUBTFUL,
        /** It uses what a part above it would have found. */
        NOT_ASKED
    }

    /**
     * One rule.
     *
     * @param bundle name of its bundle
     * @param says its effect
     * @param parts of its {@code when}, in their order
     */
    public record Rule(
            String bundle,
            String name,
            String says,
            String reason,
            String file,
            int line,
            State state,
            List<Part> parts) {
        public Rule {
            parts = List.copyOf(parts);
        }

        /** The parts for which it does not hold. */
        public List<Part> unmet() {
            return parts.stream().filter(part -> part.state() != State.HOLDS).toList();
        }
    }

    /**
     * A constraint on the call, its caller or its tool, or a pattern about anything else.
     *
     * @param text in canonical form
     * @param matched log indices of the earlier calls that it rests on
     * @param change of the call that would make it hold, where one argument is all it takes
     */
    public record Part(
            String text, String file, int line, int column, State state, List<Long> matched, Optional<Change> change) {
        public Part {
            matched = List.copyOf(matched);
        }
    }

    /**
     * What an argument would have to be.
     *
     * @param argument its path
     * @param bound such as {@code at most 50}; from the rule, and never from facts
     * @param value one within it
     */
    public record Change(String argument, String bound, JsonValue value) {
        @Override
        public String toString() {
            return "'" + argument + "' " + bound;
        }
    }

    /**
     * The rule that would have allowed the call with the least change.
     *
     * @param then what would be decided with exactly its changes, if changes of arguments are all it takes
     */
    public record Nearest(Rule rule, Optional<Decision> then) {}
}
