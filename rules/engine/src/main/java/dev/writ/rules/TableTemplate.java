package dev.writ.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a rule with holes, which the cells below it fill.
 *
 * <p>The template is cut into tokens once, and a value takes the place of exactly one of them: in quotes a text, without quotes a
 * number, true or false; in {@code in ($1)} literals with commas between. So whatever a cell holds it stays a value.
 *
 * @param tokens without an end
 * @param holes how many values a cell gives; 0 if it only says whether the template applies
 * @param list whether the one hole takes any number of values
 */
record TableTemplate(RuleParser.Part part, List<Token> tokens, int holes, boolean list) {

    private static final Pattern HOLE = Pattern.compile("\\$([1-9])(?![0-9A-Za-z_])");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");
    private static final String APPLIES = "X";

    TableTemplate {
        tokens = List.copyOf(tokens);
    }

    /** @throws SyntaxException if that is none */
    static TableTemplate read(String file, TableCell cell, RuleParser.Part part, List<BundleProblem> problems) {
        List<Token> tokens = TableTokens.of(file, cell, problems);
        List<Token> content = tokens.subList(0, tokens.size() - 1);
        boolean[] used = new boolean[10];
        int holes = 0;
        boolean list = false;
        for (int i = 0; i < content.size(); i++) {
            Token token = content.get(i);
            if (holder(token).equals("$param")) {
                throw problem(token, "a hole is $1; if a cell holds several values, they are $1, $2 and so on");
            }
            Matcher matcher = HOLE.matcher(holder(token));
            while (matcher.find()) {
                int hole = matcher.group(1).charAt(0) - '0';
                used[hole] = true;
                holes = Math.max(holes, hole);
                list |= isListed(content, i);
                boolean alone =
                        matcher.start() == 0 && matcher.end() == token.text().length();
                if (!alone && part == RuleParser.Part.CONSTRAINTS) {
                    throw problem(token, "in a condition a value fills the whole text: \"$1\"");
                }
            }
        }
        for (int hole = 1; hole <= holes; hole++) {
            if (!used[hole]) {
                throw new SyntaxException(cell.place().problem("the template uses $" + holes + " and not $" + hole));
            }
        }
        if (list && holes > 1) {
            throw new SyntaxException(cell.place().problem("a template with in ($1) has no other hole"));
        }
        TableTemplate template = new TableTemplate(part, content, holes, list);
        template.check(tokens.get(content.size()));
        return template;
    }

    /** Where a hole can be. */
    private static String holder(Token token) {
        return token.kind() == Token.Kind.TEXT || token.kind() == Token.Kind.VARIABLE ? token.text() : "";
    }

    private static boolean isListed(List<Token> tokens, int i) {
        return i >= 2
                && i + 1 < tokens.size()
                && tokens.get(i - 1).is(Token.Kind.SYMBOL, "(")
                && tokens.get(i - 2).is(Token.Kind.WORD, "in")
                && tokens.get(i + 1).is(Token.Kind.SYMBOL, ")");
    }

    /** The cell holds what only makes sense as a value. */
    static boolean isValue(TableCell cell) {
        return cell.kind() == TableCell.Kind.NUMBER
                || cell.kind() == TableCell.Kind.FLAG
                || NUMBER.matcher(cell.value()).matches()
                || isFlag(cell.value())
                || cell.value().equalsIgnoreCase(APPLIES);
    }

    private static boolean isFlag(String written) {
        return written.equalsIgnoreCase("true") || written.equalsIgnoreCase("false");
    }

    /** It says the same in every row in which it applies. */
    boolean isFixed() {
        return holes == 0;
    }

    /**
     * The tokens with the cell's values in them.
     *
     * @throws SyntaxException if the cell does not hold those values
     */
    List<Token> filled(TableCell cell) {
        if (isFixed()) {
            if (!cell.value().equalsIgnoreCase(APPLIES)) {
                throw new SyntaxException(cell.place()
                        .problem("the template has no $1, so this cell holds " + APPLIES
                                + ", which says that it applies, or nothing"));
            }
            return tokens;
        }
        return filled(values(cell), cell);
    }

    private List<TableCell> values(TableCell cell) {
        if (holes == 1 && !list) {
            return List.of(cell.part(cell.value()));
        }
        List<TableCell> values = TableValues.split(cell);
        if (!list && values.size() != holes) {
            throw new SyntaxException(cell.place()
                    .problem("the template asks for " + holes + " values with commas between; here are "
                            + values.size()));
        }
        return values;
    }

    private List<Token> filled(List<TableCell> values, TableCell cell) {
        List<Token> filled = new ArrayList<>(tokens.size() + values.size());
        for (Token token : tokens) {
            Matcher matcher = HOLE.matcher(holder(token));
            if (!matcher.find()) {
                filled.add(token);
            } else if (list) {
                for (int i = 0; i < values.size(); i++) {
                    if (i > 0) {
                        filled.add(TableTokens.symbol(",", cell.place()));
                    }
                    filled.add(literal(token, values.get(i)));
                }
            } else if (token.kind() == Token.Kind.VARIABLE) {
                filled.add(literal(token, values.get(token.text().charAt(1) - '1')));
            } else {
                filled.add(text(token, values, cell));
            }
        }
        return filled;
    }

    private static Token text(Token token, List<TableCell> values, TableCell cell) {
        String text = HOLE.matcher(token.text())
                .replaceAll(found -> Matcher.quoteReplacement(
                        textOf(values.get(found.group(1).charAt(0) - '1'))));
        return new Token(Token.Kind.TEXT, bounded(text, cell), cell.place());
    }

    private static Token literal(Token hole, TableCell value) {
        if (hole.kind() == Token.Kind.TEXT) {
            return new Token(Token.Kind.TEXT, bounded(textOf(value), value), value.place());
        }
        String written = value.value();
        if (NUMBER.matcher(written).matches()) {
            if (written.length() > Limits.NUMBER_DIGITS) {
                throw new SyntaxException(
                        value.place().problem("a number has at most " + Limits.NUMBER_DIGITS + " digits"));
            }
            return new Token(Token.Kind.NUMBER, written, value.place());
        }
        // Spreadsheets write them in capitals.
        if (isFlag(written)) {
            return new Token(Token.Kind.WORD, written.toLowerCase(Locale.ROOT), value.place());
        }
        throw new SyntaxException(value.place()
                .problem("here stands a number such as 50 or 0.25, true or false; for a text the template says \""
                        + hole.text() + "\" in quotes"));
    }

    private static String textOf(TableCell value) {
        if (value.kind() == TableCell.Kind.NUMBER || value.kind() == TableCell.Kind.FLAG) {
            throw new SyntaxException(value.place()
                    .problem("the template wants a text and this cell holds a number or a flag; format it as text and"
                            + " write it again"));
        }
        return value.value();
    }

    private static String bounded(String text, TableCell cell) {
        if (text.length() > Limits.TEXT_CHARS) {
            throw new SyntaxException(cell.place().problem("a text has at most " + Limits.TEXT_CHARS + " characters"));
        }
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            throw new SyntaxException(cell.place().problem("a value stands on one line"));
        }
        return text;
    }

    /** What can be told before there are values: of an opinion with holes nothing, since its texts are groups and durations too. */
    private void check(Token end) {
        if (part == RuleParser.Part.OPINION && !isFixed()) {
            return;
        }
        List<Token> sample = new ArrayList<>(tokens.size() + 1);
        for (Token token : tokens) {
            boolean hole = token.kind() == Token.Kind.VARIABLE
                    && HOLE.matcher(token.text()).matches();
            sample.add(hole ? new Token(Token.Kind.NUMBER, "1", token.place()) : token);
        }
        sample.add(end);
        RuleParser.require(part, sample);
    }

    private static SyntaxException problem(Token token, String message) {
        return new SyntaxException(token.place().problem(message));
    }
}
