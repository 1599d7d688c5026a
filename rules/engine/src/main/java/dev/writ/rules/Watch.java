package dev.writ.rules;

/**
 * Sees the parts of rules as they are made, and may put something of its own in their place. Decisions are made with {@link #NONE};
 * whoever wants to know why a rule says what it says watches.
 */
interface Watch {

    Watch NONE = new Watch() {
        @Override
        public void rule(RuleSyntax written) {}

        @Override
        public Condition comparison(RuleSyntax.Constraint.Comparison written, Condition condition) {
            return condition;
        }

        @Override
        public Condition pattern(RuleSyntax.Pattern written, Condition condition) {
            return condition;
        }
    };

    /** What comes next is of this rule. */
    void rule(RuleSyntax written);

    /** A comparison, wherever it stands. */
    Condition comparison(RuleSyntax.Constraint.Comparison written, Condition condition);

    /** A pattern as a whole; of {@code Past(...)} that joins, with all that stands below it. */
    Condition pattern(RuleSyntax.Pattern written, Condition condition);

    /** What an {@code accumulate} computes, before its conditions are asked. */
    default Condition fold(EventFold fold) {
        return fold;
    }
}
