package dev.writ.rules;

import dev.writ.model.Consequence;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonException;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import dev.writ.model.Obligation;
import dev.writ.model.Requirement;
import dev.writ.model.ToolName;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads what follows a permission: {@code .mask("card").label("untrusted")}. Its grammar is at the head of {@link RuleParser}. */
final class ObligationParser {

    private static final String FORMS =
            ".mask(\"path\"), .set(\"path\", value), .redact(\"path\"), .cap(\"path\", 100),"
                    + " .label(\"name\"), .expect(\"tool\").within(\"10m\").otherwise(\"alert\") or ';' follows";

    static final List<String> VERBS = List.of("mask", "set", "redact", "cap", "label", "expect");

    private static final String CONSEQUENCES = "\"freeze\", \"alert\" or \"escalate\", \"group\"";

    private final Tokens tokens;

    private ObligationParser(Tokens tokens) {
        this.tokens = tokens;
    }

    static List<RuleSyntax.Obliged> parse(Tokens tokens) {
        ObligationParser parser = new ObligationParser(tokens);
        List<RuleSyntax.Obliged> obligations = new ArrayList<>();
        while (tokens.at(".")) {
            if (obligations.size() == Limits.OBLIGATIONS) {
                throw new SyntaxException(
                        tokens.place().problem("a rule has at most " + Limits.OBLIGATIONS + " obligations"));
            }
            if (VERBS.stream().noneMatch(tokens::atStep)) {
                throw tokens.unexpected(FORMS);
            }
            tokens.skip();
            Place place = tokens.place();
            obligations.add(new RuleSyntax.Obliged(parser.obligation(), place));
        }
        return obligations;
    }

    private Obligation obligation() {
        String verb = tokens.peekWord();
        return switch (verb) {
            case "mask" -> {
                open();
                String path = path();
                close();
                yield new Obligation.Mask(path);
            }
            case "redact" -> {
                open();
                String path = path();
                close();
                yield new Obligation.Redact(path);
            }
            case "set" -> {
                open();
                String path = path();
                tokens.require(",", "',' and the value");
                JsonValue value = value();
                close();
                yield new Obligation.Assign(path, value);
            }
            case "cap" -> {
                open();
                String path = path();
                tokens.require(",", "',' and how many items are left at most");
                int items = items();
                close();
                yield new Obligation.Cap(path, items);
            }
            case "label" -> {
                open();
                Obligation label = label();
                close();
                yield label;
            }
            default -> expect();
        };
    }

    private Obligation expect() {
        open();
        Token tool = tokens.next(Token.Kind.TEXT, "the name of a tool");
        close();
        step("within", "an expectation goes on with .within(\"10m\")");
        Token written = tokens.next(Token.Kind.TEXT, "a duration such as \"15m\", \"4h\" or \"30d\"");
        close();
        step("otherwise", "an expectation goes on with .otherwise(\"freeze\")");
        Consequence otherwise = consequence();
        close();
        if (!ToolScope.isToolName(tool.text())) {
            throw new SyntaxException(
                    tool.place().problem("here stands the name of a tool, such as \"deploy.verify\""));
        }
        Duration within = Durations.parse(written.text())
                .filter(time -> time.compareTo(Limits.LONGEST_EXPECTATION) <= 0)
                .orElseThrow(() -> new SyntaxException(written.place()
                        .problem("a duration is a whole number and one of s, m, h, d, such as 15m, and what is expected"
                                + " follows within 30d")));
        return new Obligation.Expect(new ToolName(tool.text()), within, otherwise);
    }

    private void step(String name, String expectation) {
        if (!tokens.atStep(name)) {
            throw tokens.unexpected(expectation);
        }
        tokens.skip();
        open();
    }

    private Consequence consequence() {
        Token word = tokens.next(Token.Kind.TEXT, CONSEQUENCES);
        return switch (word.text()) {
            case "freeze" -> new Consequence.Freeze();
            case "alert" -> new Consequence.Alert();
            case "escalate" -> new Consequence.Escalate(group());
            default -> throw new SyntaxException(word.place().problem("here stands " + CONSEQUENCES));
        };
    }

    private String group() {
        tokens.require(",", "',' and the group to which calls are escalated then");
        Token group = tokens.next(Token.Kind.TEXT, "a group");
        if (!Requirement.isGroup(group.text())) {
            throw new SyntaxException(
                    group.place().problem("a group is called by lower-case letters, digits, '.', '_' and '-'"));
        }
        return group.text();
    }

    private void open() {
        tokens.skip();
        tokens.require("(", "'('");
    }

    private void close() {
        tokens.require(")", "')'");
    }

    private String path() {
        Token path = tokens.next(Token.Kind.TEXT, "a path such as \"payment.card\"");
        if (!Obligation.isPath(path.text())) {
            throw new SyntaxException(
                    path.place().problem("a path is the names of members with dots between, such as \"payment.card\""));
        }
        return path.text();
    }

    private Obligation label() {
        Token label = tokens.next(Token.Kind.TEXT, "a label such as \"untrusted\"");
        if (!Obligation.Label.isLabel(label.text())) {
            throw new SyntaxException(label.place()
                    .problem(
                            "a label has 1 to 64 lower-case letters, digits, '.', '_' and '-', and starts with one of the"
                                    + " first two"));
        }
        return new Obligation.Label(label.text());
    }

    private int items() {
        Token count = tokens.next(Token.Kind.NUMBER, "a whole number");
        BigDecimal value = new BigDecimal(count.text());
        if (value.stripTrailingZeros().scale() > 0 || value.compareTo(BigDecimal.valueOf(Limits.CAP)) > 0) {
            throw new SyntaxException(
                    count.place().problem("a list is capped at a whole number from 0 to " + Limits.CAP));
        }
        return value.intValueExact();
    }

    private JsonValue value() {
        Place place = tokens.place();
        if (tokens.isNext(Token.Kind.TEXT)) {
            return new JsonString(tokens.skip().text());
        }
        if (tokens.at("true") || tokens.at("false")) {
            return JsonBoolean.of(Boolean.parseBoolean(tokens.skip().text()));
        }
        boolean negative = tokens.accept("-");
        Token digits = tokens.next(Token.Kind.NUMBER, "a \"text\", a number, true or false");
        BigDecimal number = new BigDecimal(digits.text());
        try {
            return new JsonNumber(negative ? number.negate() : number);
        } catch (JsonException inexact) {
            throw new SyntaxException(place.problem("this number has more digits than JSON can carry"));
        }
    }
}
