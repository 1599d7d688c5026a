package dev.writ.rules;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a rule file into tokens.
 *
 * <p>What a reviewer sees is what is there: outside of texts and comments a file is ASCII, a text has the escapes {@code \"}
 * and {@code \\} and no others, comments do not nest, and characters that are invisible or change the reading direction are
 * refused everywhere (CVE-2021-42574).
 */
final class Lexer {

    private static final List<String> SYMBOLS =
            List.of("==", "!=", "<=", ">=", "&&", "||", "(", ")", ",", ";", ":", ".", "<", ">", "+", "-", "@");
    private static final String UNITS = "smhd";

    private final String file;
    private final String source;
    private final List<BundleProblem> problems;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineStart;

    private Lexer(String file, String source, List<BundleProblem> problems) {
        this.file = file;
        this.source = source;
        this.problems = problems;
    }

    /** The tokens, the last of which is {@link Token.Kind#END}; what is none is reported and left out. */
    static List<Token> tokens(String file, String source, List<BundleProblem> problems) {
        Lexer lexer = new Lexer(file, source, problems);
        while (lexer.at < source.length()) {
            lexer.next();
        }
        lexer.tokens.add(new Token(Token.Kind.END, "", lexer.place()));
        return List.copyOf(lexer.tokens);
    }

    private void next() {
        char first = source.charAt(at);
        if (first == ' ' || first == '\t' || first == '\r' || first == '\n') {
            advance();
        } else if (source.startsWith("//", at)) {
            lineComment();
        } else if (source.startsWith("/*", at)) {
            blockComment();
        } else if (first == '"') {
            text();
        } else if (isDigit(first)) {
            number();
        } else if (isWordStart(first)) {
            word(Token.Kind.WORD, at);
        } else if (first == '$') {
            word(Token.Kind.VARIABLE, at);
        } else {
            symbol();
        }
    }

    private void lineComment() {
        while (at < source.length() && source.charAt(at) != '\n') {
            advanceVisibly();
        }
    }

    private void blockComment() {
        Place start = place();
        at += 2;
        while (at < source.length() && !source.startsWith("*/", at)) {
            if (source.startsWith("/*", at)) {
                problems.add(place().problem("comments do not nest; end this one with '*/' first"));
                at++;
            }
            advanceVisibly();
        }
        if (at >= source.length()) {
            problems.add(start.problem("this comment never ends; '*/' is missing"));
        } else {
            at += 2;
        }
    }

    private void text() {
        Place start = place();
        StringBuilder value = new StringBuilder();
        at++;
        while (at < source.length() && source.charAt(at) != '"' && !isLineEnd(source.charAt(at))) {
            if (source.charAt(at) == '\\') {
                escape(value);
            } else {
                int from = at;
                advanceVisibly();
                value.append(source, from, at);
            }
        }
        if (at >= source.length() || isLineEnd(source.charAt(at))) {
            problems.add(start.problem("this text does not end on its line; '\"' is missing"));
        } else {
            at++;
        }
        if (value.length() > Limits.TEXT_CHARS) {
            problems.add(start.problem("a text has at most " + Limits.TEXT_CHARS + " characters"));
            value.setLength(Limits.TEXT_CHARS);
        }
        tokens.add(new Token(Token.Kind.TEXT, value.toString(), start));
    }

    private void escape(StringBuilder value) {
        char escaped = at + 1 < source.length() ? source.charAt(at + 1) : '\n';
        if (escaped == '"' || escaped == '\\') {
            value.append(escaped);
            at += 2;
        } else {
            problems.add(
                    place().problem("in a text '\\' stands before '\"' or '\\' and nothing else; write the character"
                            + " itself, or '\\\\' for a backslash"));
            at++;
        }
    }

    private void number() {
        int from = at;
        Place start = place();
        skipDigits();
        if (at + 1 < source.length() && source.charAt(at) == '.' && isDigit(source.charAt(at + 1))) {
            at++;
            skipDigits();
        }
        Token.Kind kind = Token.Kind.NUMBER;
        if (at < source.length() && UNITS.indexOf(source.charAt(at)) >= 0) {
            at++;
            kind = Token.Kind.DURATION;
        }
        int end = at;
        while (at < source.length() && isWordPart(source.charAt(at))) {
            at++;
        }
        if (at > end) {
            problems.add(start.problem(
                    "numbers are decimal, such as 50 or 0.25, and durations are such as 90s, 15m, 4h" + " or 30d"));
        }
        if (end - from > Limits.NUMBER_DIGITS) {
            problems.add(start.problem("a number has at most " + Limits.NUMBER_DIGITS + " digits"));
            end = from + 1;
        }
        tokens.add(new Token(kind, source.substring(from, end), start));
    }

    private void skipDigits() {
        while (at < source.length() && isDigit(source.charAt(at))) {
            at++;
        }
    }

    private void word(Token.Kind kind, int from) {
        Place start = place();
        at++;
        while (at < source.length() && isWordPart(source.charAt(at))) {
            at++;
        }
        if (kind == Token.Kind.VARIABLE && at == from + 1) {
            problems.add(start.problem("a variable has a name, such as $amount"));
        } else {
            tokens.add(new Token(kind, source.substring(from, at), start));
        }
    }

    private void symbol() {
        for (String symbol : SYMBOLS) {
            if (source.startsWith(symbol, at)) {
                tokens.add(new Token(Token.Kind.SYMBOL, symbol, place()));
                at += symbol.length();
                return;
            }
        }
        int point = source.codePointAt(at);
        if (isVisible(point)) {
            problems.add(place().problem("'" + Character.toString(point)
                    + "' has no meaning here; texts are in \"double" + " quotes\", comparisons are == != < <= > >="));
        }
        advanceVisibly();
    }

    private void advanceVisibly() {
        int point = source.codePointAt(at);
        if (!isVisible(point)) {
            problems.add(place().problem(String.format("the invisible character U+%04X is not allowed", point)));
        }
        advance();
    }

    private void advance() {
        if (source.charAt(at) == '\n') {
            line++;
            lineStart = at + 1;
        }
        at += Character.charCount(source.codePointAt(at));
    }

    static boolean isVisible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL -> point == '\t' || point == '\n' || point == '\r';
            case Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static boolean isWordPart(char c) {
        return isWordStart(c) || isDigit(c);
    }

    private Place place() {
        return new Place(file, line, at - lineStart + 1);
    }
}
