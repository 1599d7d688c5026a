package dev.writ.rules;

import dev.writ.model.Effect;
import dev.writ.model.EnvelopeLimits;
import dev.writ.model.Party;
import dev.writ.model.Requirement;
import dev.writ.model.Scope;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads rule files: the guard. What this grammar does not name cannot be expressed, and so cannot happen.
 *
 * <pre>
 * file        = { rule }
 * rule        = "rule" TEXT { note } "when" pattern { pattern } "then" opinion ";" "end"
 * note        = "@" ( "control" | "owner" | "unless" ) "(" TEXT ")"
 * pattern     = ( "ToolCall" | "Principal" | "Tool" | "Now" ) "(" [ constraints ] ")" | events
 *             | ( "exists" | "not" ) ( events | "(" events ")" )
 *             | "forall" "(" events "Past" "(" [ constraints ] ")" ")"
 *             | [ "not" ] "Origin" "(" [ constraints ] ")"
 *             | "accumulate" "(" events ";" function { "," function } [ ";" constraints ] ")"
 * events      = "Past" "(" [ constraints ] ")" [ "over" "window" ":" "time" "(" DURATION ")" ]
 *               [ "from" "entry-point" ( "\"person\"" | "\"tool\"" | "\"fleet\"" ) ]
 * function    = VARIABLE ":" ( "count" "(" ")" | ( "sum" | "min" | "max" | "average" | "last" ) "(" sum ")" )
 * constraints = constraint { "," constraint }
 * constraint  = VARIABLE ":" field | any
 * any         = all { "||" all }
 * all         = relation { "&amp;&amp;" relation }
 * relation    = "(" any ")" | sum operator sum | sum [ "not" ] "in" "(" literal { "," literal } ")"
 * operator    = "==" | "!=" | "&lt;" | "&lt;=" | ">" | ">=" | [ "not" ] ( "contains" | "memberOf" | "matches" )
 * sum         = term { ( "+" | "-" ) ( term | DURATION ) }
 * term        = literal | VARIABLE | "common" "(" sum "," sum ")" | field
 * field       = WORD [ "(" TEXT ")" ]
 * literal     = TEXT | [ "-" ] NUMBER | "true" | "false"
 * opinion     = "deny" "(" TEXT ")" | "allow" "(" TEXT ")" { obligation }
 *             | "escalate" "(" TEXT ")" ".to(" TEXT ")" { ".then(" TEXT ")" ".after(" TEXT ")" } [ ".approvals(" NUMBER ")" ]
 *               ".within(" TEXT ")" { ".allowing(" TEXT ")" }
 *               [ ".signed()" | ".envelope(" NUMBER "," TEXT [ "," "\"irreversible\"" ] ")" ] { obligation }
 * obligation  = ( ".mask(" | ".redact(" | ".label(" ) TEXT ")" | ".set(" TEXT "," literal ")" | ".cap(" TEXT "," NUMBER ")"
 *             | ".expect(" TEXT ")" ".within(" TEXT ")" ".otherwise(" TEXT [ "," TEXT ] ")"
 * </pre>
 *
 * <p>It is a part of DRL, so editors for DRL work; Drools itself never sees the text.
 */
final class RuleParser {

    private static final String RULE_FORM = "rule \"name\" when ToolCall( ... ) then allow(\"...\"); end";

    private static final String COMMON = "common";

    private static final String NO_SIGNED_ENVELOPE =
            "a signature is for one call, so an escalation has either .signed() or .envelope(...)";

    private final Tokens tokens;
    private int nesting;

    private RuleParser(Tokens tokens) {
        this.tokens = tokens;
    }

    /** The rules that could be read; the rest is reported, each piece once, and the reading goes on with the next rule. */
    static List<RuleSyntax> parse(String file, String source, List<BundleProblem> problems) {
        Tokens tokens = new Tokens(Lexer.tokens(file, source, problems));
        List<RuleSyntax> rules = new ArrayList<>();
        while (!tokens.atEnd()) {
            try {
                rules.add(new RuleParser(tokens).rule());
            } catch (SyntaxException unreadable) {
                problems.add(unreadable.problem());
                tokens.skipToNextRule();
            }
        }
        return rules;
    }

    /** What tokens can be read as. */
    enum Part {
        PATTERN,
        CONSTRAINTS,
        OPINION,
        NOTE
    }

    /**
     * Reads tokens that are one part of a rule and nothing else.
     *
     * @throws SyntaxException if they are not
     */
    static void require(Part part, List<Token> tokens) {
        RuleParser parser = new RuleParser(new Tokens(tokens));
        switch (part) {
            case PATTERN -> parser.pattern();
            case CONSTRAINTS -> parser.constraints();
            case OPINION -> parser.opinion();
            case NOTE -> parser.note();
        }
        if (!parser.tokens.atEnd()) {
            throw parser.tokens.unexpected("the cell ends here");
        }
    }

    /**
     * The rule that those tokens are.
     *
     * @throws SyntaxException if they are none
     */
    static RuleSyntax rule(List<Token> tokens) {
        RuleParser parser = new RuleParser(new Tokens(tokens));
        RuleSyntax rule = parser.rule();
        if (!parser.tokens.atEnd()) {
            throw parser.tokens.unexpected("a rule ends here");
        }
        return rule;
    }

    private RuleSyntax rule() {
        Place place = tokens.place();
        if (!tokens.accept("rule")) {
            throw tokens.unexpected("a file holds rules and nothing else: " + RULE_FORM);
        }
        String name = tokens.text("the rule's name, a \"text\",");
        List<RuleSyntax.Note> notes = new ArrayList<>();
        while (tokens.accept("@")) {
            notes.add(note());
        }
        tokens.require("when", "@control(\"...\"), @owner(\"...\"), @unless(\"...\") or 'when'");
        List<RuleSyntax.Pattern> patterns = new ArrayList<>();
        while (!tokens.accept("then")) {
            patterns.add(pattern());
        }
        RuleSyntax.Opinion opinion = opinion();
        tokens.require(";", "';'");
        tokens.require("end", "'end', since a rule says one thing,");
        return new RuleSyntax(name, notes, patterns, opinion, place);
    }

    private RuleSyntax.Note note() {
        String key = tokens.oneOf(
                List.of("control", "owner", Exceptions.NOTE), "control(\"...\"), owner(\"...\") or unless(\"...\")");
        return new RuleSyntax.Note(key, textArgument());
    }

    private RuleSyntax.Pattern pattern() {
        Place place = tokens.place();
        if (tokens.at("Past")) {
            return new RuleSyntax.Pattern.Join(events());
        }
        if (tokens.accept("exists")) {
            return new RuleSyntax.Pattern.Exists(quantified(), place);
        }
        if (tokens.accept("Origin")) {
            return new RuleSyntax.Pattern.OfOrigin(parenthesized(), place);
        }
        if (tokens.accept("not")) {
            if (tokens.accept("Origin")) {
                return new RuleSyntax.Pattern.NoOrigin(parenthesized(), place);
            }
            return new RuleSyntax.Pattern.Absent(quantified(), place);
        }
        if (tokens.accept("forall")) {
            return every(place);
        }
        if (tokens.accept("accumulate")) {
            return accumulate(place);
        }
        Optional<FactType> type = FactType.single(tokens.peekWord());
        if (type.isEmpty()) {
            throw tokens.unexpected(
                    "here stands ToolCall( ... ), Principal( ... ), Tool( ... ), Now( ... ), Past( ... ), exists Past("
                            + " ... ), not Past( ... ), forall( Past( ... ) Past( ... ) ), Origin( ... ),"
                            + " not Origin( ... ), accumulate( ... ) or 'then'");
        }
        tokens.skip();
        return new RuleSyntax.Pattern.Single(type.get(), parenthesized(), place);
    }

    private RuleSyntax.Events quantified() {
        if (tokens.accept("(")) {
            RuleSyntax.Events events = events();
            tokens.require(")", "')'");
            return events;
        }
        return events();
    }

    private RuleSyntax.Events events() {
        Place place = tokens.place();
        tokens.require("Past", "Past( ... )");
        List<RuleSyntax.Constraint> constraints = parenthesized();
        Window window = tokens.accept("over") ? window() : Window.ALL;
        Scope scope = tokens.accept("from") ? scope() : Scope.IDENTITY;
        return new RuleSyntax.Events(constraints, window, scope, place);
    }

    private Window window() {
        for (String word : List.of("window", ":", "time", "(")) {
            tokens.require(word, "over window:time(30d)");
        }
        Duration length = duration(tokens.next(Token.Kind.DURATION, "a duration such as 15m, 4h or 30d"));
        tokens.require(")", "')'");
        return new Window.Last(length);
    }

    private Scope scope() {
        for (String word : List.of("entry", "-", "point")) {
            tokens.require(word, "from entry-point \"person\"");
        }
        Place place = tokens.place();
        String name = tokens.text("\"person\", \"tool\" or \"fleet\"");
        return Scope.named(name)
                .filter(scope -> scope != Scope.IDENTITY)
                .orElseThrow(() -> new SyntaxException(
                        place.problem("there is no history \"" + name + "\"; there are \"person\", \"tool\" and"
                                + " \"fleet\", and without 'from' that of this agent for this person")));
    }

    private RuleSyntax.Pattern every(Place place) {
        tokens.require("(", "'('");
        RuleSyntax.Events events = events();
        tokens.require("Past", "a second Past( ... ), which says what every one of them must be,");
        List<RuleSyntax.Constraint> also = parenthesized();
        tokens.require(")", "')', since the window of the first Past is that of both,");
        return new RuleSyntax.Pattern.Every(events, also, place);
    }

    private RuleSyntax.Pattern accumulate(Place place) {
        tokens.require("(", "'('");
        RuleSyntax.Events events = events();
        tokens.require(";", "';' and then what to compute, such as $n : count()");
        List<RuleSyntax.Function> functions = new ArrayList<>();
        do {
            functions.add(function());
        } while (tokens.accept(","));
        List<RuleSyntax.Constraint> conditions = tokens.accept(";") ? constraints() : List.of();
        tokens.require(")", "')'");
        return new RuleSyntax.Pattern.Accumulate(events, functions, conditions, place);
    }

    private RuleSyntax.Function function() {
        Token variable = tokens.next(Token.Kind.VARIABLE, "a variable to hold the result, such as $n : count(),");
        tokens.require(":", "':'");
        Optional<Aggregate> aggregate = Aggregate.named(tokens.peekWord());
        if (aggregate.isEmpty()) {
            throw tokens.unexpected(
                    "the functions are count(), sum(...), min(...), max(...), average(...) and last(...)");
        }
        tokens.skip();
        tokens.require("(", "'('");
        List<Term> of = aggregate.get() == Aggregate.COUNT ? List.of() : List.of(sum());
        tokens.require(")", "')'");
        return new RuleSyntax.Function(variable.text(), aggregate.get(), of, variable.place());
    }

    private List<RuleSyntax.Constraint> parenthesized() {
        tokens.require("(", "'('");
        List<RuleSyntax.Constraint> constraints = tokens.at(")") ? List.of() : constraints();
        tokens.require(")", "',' or ')'");
        return constraints;
    }

    private List<RuleSyntax.Constraint> constraints() {
        List<RuleSyntax.Constraint> constraints = new ArrayList<>();
        do {
            constraints.add(constraint());
        } while (tokens.accept(","));
        return constraints;
    }

    private RuleSyntax.Constraint constraint() {
        Place place = tokens.place();
        Optional<String> variable = tokens.acceptBinding();
        if (variable.isEmpty()) {
            return any();
        }
        Term term = field();
        if (!tokens.at(",") && !tokens.at(")")) {
            throw tokens.unexpected(
                    "a constraint gives a name to a value or compares it; write ',' and then the comparison");
        }
        return new RuleSyntax.Constraint.Binding(variable.get(), term, place);
    }

    private RuleSyntax.Constraint any() {
        List<RuleSyntax.Constraint> alternatives = new ArrayList<>();
        do {
            RuleSyntax.Constraint next = all();
            if (next instanceof RuleSyntax.Constraint.Any inner) {
                alternatives.addAll(inner.of());
            } else {
                alternatives.add(next);
            }
        } while (tokens.accept("||"));
        return alternatives.size() == 1 ? alternatives.get(0) : new RuleSyntax.Constraint.Any(alternatives);
    }

    private RuleSyntax.Constraint all() {
        List<RuleSyntax.Constraint> parts = new ArrayList<>();
        do {
            RuleSyntax.Constraint next = relation();
            if (next instanceof RuleSyntax.Constraint.All inner) {
                parts.addAll(inner.of());
            } else {
                parts.add(next);
            }
        } while (tokens.accept("&&"));
        return parts.size() == 1 ? parts.get(0) : new RuleSyntax.Constraint.All(parts);
    }

    private RuleSyntax.Constraint relation() {
        Place place = tokens.place();
        if (tokens.accept("(")) {
            if (++nesting > Limits.NESTING) {
                throw new SyntaxException(place.problem("parentheses nest at most " + Limits.NESTING + " deep"));
            }
            RuleSyntax.Constraint inner = any();
            nesting--;
            tokens.require(")", "')'");
            return inner;
        }
        Term left = sum();
        Operator operator = operator();
        Term right = operator.positive() == Operator.IN ? listed() : sum();
        return new RuleSyntax.Constraint.Comparison(left, operator, right, place);
    }

    private Operator operator() {
        boolean negated = tokens.accept("not");
        for (Operator operator : Operator.values()) {
            String written = operator.written();
            if (negated
                    ? written.startsWith("not ") && tokens.accept(written.substring("not ".length()))
                    : tokens.accept(written)) {
                return operator;
            }
        }
        throw tokens.unexpected("a comparison is one of " + Operator.list());
    }

    private Term listed() {
        Place place = tokens.place();
        tokens.require("(", "'(' and the values, such as (\"a\", \"b\"),");
        List<Term> values = new ArrayList<>();
        do {
            values.add(
                    literal().orElseThrow(() -> tokens.unexpected("here stands a \"text\", a number, true or false")));
        } while (tokens.accept(","));
        tokens.require(")", "',' or ')'");
        return new Term.Listed(values, place);
    }

    private Term sum() {
        Term left = term();
        for (int terms = 1; tokens.at("+") || tokens.at("-"); terms++) {
            if (terms == Limits.TERMS_PER_SUM) {
                throw new SyntaxException(
                        tokens.place().problem("a sum has at most " + Limits.TERMS_PER_SUM + " terms"));
            }
            boolean plus = tokens.accept("+");
            if (!plus) {
                tokens.skip();
            }
            left = new Term.Sum(left, plus, tokens.isNext(Token.Kind.DURATION) ? span() : term());
        }
        return left;
    }

    private Term term() {
        if (tokens.isNext(Token.Kind.VARIABLE)) {
            Token variable = tokens.skip();
            return new Term.Variable(variable.text(), variable.place());
        }
        if (tokens.at(COMMON)) {
            return common();
        }
        return literal().orElseGet(this::field);
    }

    private Term span() {
        Token token = tokens.skip();
        return new Term.Span(duration(token), token.place());
    }

    private Term common() {
        Place place = tokens.skip().place();
        tokens.require("(", "'(' and two lists, such as common(list(\"items\"), $known),");
        Term of = listTerm(place);
        tokens.require(",", "',' and the second list");
        Term in = listTerm(place);
        tokens.require(")", "')'");
        return new Term.Common(of, in, place);
    }

    private Term listTerm(Place place) {
        if (++nesting > Limits.NESTING) {
            throw new SyntaxException(place.problem("parentheses nest at most " + Limits.NESTING + " deep"));
        }
        Term list = sum();
        nesting--;
        return list;
    }

    private Term field() {
        Token name = tokens.next(
                Token.Kind.WORD, "a field such as tool or number(\"amount\"), a $variable, a \"text\" or a number");
        Optional<String> path = Optional.empty();
        if (tokens.at("(")) {
            path = Optional.of(textArgument());
        }
        return new Term.Field(name.text(), path, name.place());
    }

    private Optional<Term> literal() {
        Place place = tokens.place();
        if (tokens.isNext(Token.Kind.TEXT)) {
            return Optional.of(new Term.Text(tokens.skip().text(), place));
        }
        if (tokens.isNext(Token.Kind.NUMBER)) {
            return Optional.of(new Term.Decimal(new BigDecimal(tokens.skip().text()), place));
        }
        if (tokens.accept("-")) {
            Token digits = tokens.next(Token.Kind.NUMBER, "a number");
            return Optional.of(new Term.Decimal(new BigDecimal(digits.text()).negate(), place));
        }
        if (tokens.at("true") || tokens.at("false")) {
            return Optional.of(new Term.Flag(Boolean.parseBoolean(tokens.skip().text()), place));
        }
        return Optional.empty();
    }

    private RuleSyntax.Opinion opinion() {
        String verb = tokens.oneOf(
                List.of("allow", "deny", "escalate"),
                "allow(\"reason\"), deny(\"reason\") or escalate(\"reason\").to(\"group\").within(\"4h\")");
        String reason = textArgument();
        if (verb.equals("allow")) {
            return new RuleSyntax.Opinion.Plain(Effect.ALLOW, reason, ObligationParser.parse(tokens));
        }
        if (verb.equals("deny")) {
            if (tokens.at(".")) {
                throw tokens.unexpected("of a denied call nothing is sent, so it obliges to nothing; ';' follows");
            }
            return new RuleSyntax.Opinion.Plain(Effect.DENY, reason);
        }
        step("to", "an escalation goes on with .to(\"group\")");
        Place groupPlace = tokens.place();
        String group = textArgument();
        if (!Requirement.isGroup(group)) {
            throw new SyntaxException(
                    groupPlace.problem("a group is called by lower-case letters, digits, '.', '_' and '-'"));
        }
        List<RuleSyntax.Further> further = LadderParser.parse(tokens);
        int approvals = 1;
        if (tokens.atStep("approvals")) {
            step("approvals", "");
            approvals = approvals();
        }
        step("within", "an escalation goes on with .then(\"group\"), .approvals(2) or .within(\"4h\")");
        tokens.require("(", "'('");
        Duration within = duration(tokens.next(Token.Kind.TEXT, "a duration such as \"15m\", \"4h\" or \"30d\""));
        tokens.require(")", "')'");
        LadderParser.require(group, within, further);
        Set<Party> allowed = EnumSet.noneOf(Party.class);
        while (tokens.atStep("allowing")) {
            step("allowing", "");
            allowed.add(party());
        }
        boolean signed = signed();
        Optional<EnvelopeLimits> envelope =
                tokens.atStep("envelope") ? Optional.of(envelope(signed)) : Optional.empty();
        if (envelope.isPresent() && tokens.atStep("signed")) {
            throw tokens.unexpected(NO_SIGNED_ENVELOPE);
        }
        return new RuleSyntax.Opinion.Escalation(
                reason,
                new Requirement(
                        group,
                        approvals,
                        within,
                        allowed,
                        further.stream().map(RuleSyntax.Further::rung).toList(),
                        signed,
                        envelope),
                groupPlace,
                ObligationParser.parse(tokens),
                further);
    }

    private boolean signed() {
        if (!tokens.atStep("signed")) {
            return false;
        }
        step("signed", "");
        tokens.require("(", "'('");
        tokens.require(")", "')', since a signature has no further conditions,");
        return true;
    }

    private EnvelopeLimits envelope(boolean signed) {
        if (signed) {
            throw tokens.unexpected(NO_SIGNED_ENVELOPE);
        }
        step("envelope", "");
        tokens.require("(", "'('");
        int uses = wholeNumber(Limits.ENVELOPE_USES, "the uses of an envelope");
        tokens.require(",", "',' and for how long, such as \"7d\"");
        Duration within = duration(tokens.next(Token.Kind.TEXT, "a duration such as \"4h\" or \"7d\""));
        boolean irreversible = tokens.accept(",");
        if (irreversible) {
            Place place = tokens.place();
            if (!tokens.text("\"irreversible\"").equals("irreversible")) {
                throw new SyntaxException(place.problem(
                        "here stands \"irreversible\", if tools are meant, too, whose calls cannot be undone"));
            }
        }
        tokens.require(")", "')'");
        return new EnvelopeLimits(uses, within, irreversible);
    }

    private void step(String name, String expectation) {
        if (!tokens.atStep(name)) {
            throw tokens.unexpected(expectation);
        }
        tokens.skip();
        tokens.skip();
    }

    private int approvals() {
        tokens.require("(", "'('");
        int approvals = wholeNumber(Limits.APPROVALS, "the approvals");
        tokens.require(")", "')'");
        return approvals;
    }

    private int wholeNumber(int most, String what) {
        Token count = tokens.next(Token.Kind.NUMBER, "a whole number");
        BigDecimal value = new BigDecimal(count.text());
        if (value.stripTrailingZeros().scale() > 0
                || value.signum() <= 0
                || value.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw new SyntaxException(count.place().problem(what + " are a whole number from 1 to " + most));
        }
        return value.intValueExact();
    }

    private Party party() {
        Place place = tokens.place();
        try {
            return Party.parse(textArgument());
        } catch (IllegalArgumentException unknown) {
            throw new SyntaxException(place.problem(String.valueOf(unknown.getMessage())));
        }
    }

    static Duration duration(Token token) {
        return Durations.parse(token.text())
                .orElseThrow(() -> new SyntaxException(token.place()
                        .problem("a duration is a whole number and one of s, m, h, d, such as 15m or 30d, and at most "
                                + Durations.print(Limits.LONGEST_DURATION))));
    }

    private String textArgument() {
        tokens.require("(", "'('");
        String text = tokens.text("a \"text\"");
        tokens.require(")", "')'");
        return text;
    }
}
