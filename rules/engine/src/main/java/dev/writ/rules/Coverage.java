package dev.writ.rules;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a bundle's cases have seen of its rules.
 *
 * @param rules in the order of files and lines
 */
public record Coverage(List<Rule> rules) {

    public Coverage {
        rules = List.copyOf(rules);
    }

    /**
     * One rule.
     *
     * @param says its effect
     * @param decided in how many cases it was among the rules that decided, with what it says
     * @param doubted in how many cases it could not be judged, and so denied
     */
    public record Rule(
            String name, String says, String file, int line, int decided, int doubted, List<Condition> conditions) {
        public Rule {
            conditions = List.copyOf(conditions);
        }

        public boolean isCovered() {
            return decided > 0;
        }
    }

    /**
     * One comparison, or one pattern about earlier calls.
     *
     * @param text in canonical form
     * @param held how often it was true
     * @param failed how often it was false, as of a positive comparison with a value that is not there
     * @param doubted how often it could not be told
     */
    public record Condition(String text, String file, int line, int column, long held, long failed, long doubted) {

        /** It was seen to hold and seen not to. */
        public boolean isCovered() {
            return held > 0 && failed + doubted > 0;
        }

        /** What no case has shown, for people. */
        public String missing() {
            if (held == 0) {
                return failed + doubted == 0 ? "is never looked at" : "never holds";
            }
            return "always holds";
        }
    }

    public long coveredRules() {
        return rules.stream().filter(Rule::isCovered).count();
    }

    public long conditions() {
        return allConditions().count();
    }

    public long coveredConditions() {
        return allConditions().filter(Condition::isCovered).count();
    }

    private Stream<Condition> allConditions() {
        return rules.stream().flatMap(rule -> rule.conditions().stream());
    }
}
