package dev.writ.rules;

import dev.writ.model.Requirement;
import dev.writ.model.Rung;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads who else is asked as time passes: {@code .then("managers").after("30m")}. Its grammar is at the head of {@link RuleParser}. */
final class LadderParser {

    private LadderParser() {}

    static List<RuleSyntax.Further> parse(Tokens tokens) {
        List<RuleSyntax.Further> further = new ArrayList<>();
        while (tokens.atStep("then")) {
            if (further.size() == Limits.RUNGS) {
                throw new SyntaxException(
                        tokens.place().problem("an escalation goes on to at most " + Limits.RUNGS + " further groups"));
            }
            Token group = argument(tokens, "a group");
            if (!Requirement.isGroup(group.text())) {
                throw new SyntaxException(
                        group.place().problem("a group is called by lower-case letters, digits, '.', '_' and '-'"));
            }
            if (!tokens.atStep("after")) {
                throw tokens.unexpected("who is asked next is asked .after(\"30m\")");
            }
            Duration after = RuleParser.duration(argument(tokens, "a duration such as \"30m\" or \"2h\""));
            further.add(new RuleSyntax.Further(new Rung(group.text(), after), group.place()));
        }
        return List.copyOf(further);
    }

    /** Sees to it that each group is asked once, each later than the one before, and while there is time to answer. */
    static void require(String first, Duration within, List<RuleSyntax.Further> further) {
        Set<String> asked = new HashSet<>(Set.of(first));
        Duration before = Duration.ZERO;
        for (RuleSyntax.Further next : further) {
            Rung rung = next.rung();
            if (!asked.add(rung.group())) {
                throw new SyntaxException(next.place().problem("'" + rung.group() + "' is asked already"));
            }
            if (rung.after().compareTo(before) <= 0) {
                throw new SyntaxException(
                        next.place()
                                .problem(
                                        "each group is asked later than the one before; times count from when the call is submitted"));
            }
            if (rung.after().compareTo(within) >= 0) {
                throw new SyntaxException(next.place()
                        .problem("after " + Durations.print(rung.after())
                                + " there is nothing left to answer; what .within(...) says is longer"));
            }
            before = rung.after();
        }
    }

    private static Token argument(Tokens tokens, String expected) {
        tokens.skip();
        tokens.skip();
        tokens.require("(", "'('");
        Token text = tokens.next(Token.Kind.TEXT, expected);
        tokens.require(")", "')'");
        return text;
    }
}
