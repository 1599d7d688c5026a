package dev.writ.rules;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes rule files in their canonical form, and keeps their comments.
 *
 * <p>A comment stays before what stood behind it: before a rule, or before the line of a rule that it was written above or behind. What
 * is not comment is written as reviewers see it, so that formatting changes no rule.
 */
public final class Formatter {

    private static final int WIDTH = 120;
    private static final String INDENT = "    ";

    /** A comment as it was written, from where, and to which line. */
    private record Comment(int line, int lastLine, int column, String text) {}

    private Formatter() {}

    /**
     * The file in canonical form; unchanged if it is that already.
     *
     * @param problems is added to if it cannot be read, and then the text is returned as it is
     */
    public static String format(String file, String text, List<BundleProblem> problems) {
        int before = problems.size();
        List<RuleSyntax> rules = RuleParser.parse(file, text, problems);
        if (problems.size() > before) {
            return text;
        }
        List<Token> tokens = Lexer.tokens(file, text, new ArrayList<>());
        List<Integer> ends = ends(tokens);
        List<Comment> comments = comments(text);
        StringBuilder out = new StringBuilder();
        int next = 0;
        for (int i = 0; i < rules.size(); i++) {
            List<Comment> above = new ArrayList<>();
            while (next < comments.size()
                    && comments.get(next).line() < rules.get(i).place().line()) {
                above.add(comments.get(next++));
            }
            List<Comment> inside = new ArrayList<>();
            while (next < comments.size() && comments.get(next).line() <= ends.get(i)) {
                inside.add(comments.get(next++));
            }
            if (out.length() > 0) {
                out.append('\n');
            }
            blocks(above, rules.get(i).place().line(), out);
            rule(rules.get(i), tokens, inside, out);
        }
        List<Comment> rest = comments.subList(next, comments.size());
        if (!rest.isEmpty() && out.length() > 0) {
            out.append('\n');
        }
        blocks(rest, 0, out);
        return out.toString();
    }

    /** Comments with the blank lines that parted them. */
    private static void blocks(List<Comment> comments, int upTo, StringBuilder out) {
        for (int i = 0; i < comments.size(); i++) {
            Comment comment = comments.get(i);
            out.append(comment.text()).append('\n');
            int next = i + 1 < comments.size() ? comments.get(i + 1).line() : upTo;
            if (next > comment.lastLine() + 1) {
                out.append('\n');
            }
        }
    }

    private static void rule(RuleSyntax rule, List<Token> tokens, List<Comment> comments, StringBuilder out) {
        Map<Integer, List<Comment>> byPattern = new HashMap<>();
        List<Comment> atThen = new ArrayList<>();
        for (Comment comment : comments) {
            int pattern = patternAt(rule, tokens, comment);
            if (pattern < rule.patterns().size()) {
                byPattern.computeIfAbsent(pattern, absent -> new ArrayList<>()).add(comment);
            } else {
                atThen.add(comment);
            }
        }
        String printed = RulePrinter.print(rule);
        int when = printed.indexOf("when\n") + "when\n".length();
        out.append(printed, 0, when);
        for (int i = 0; i < rule.patterns().size(); i++) {
            byPattern
                    .getOrDefault(i, List.of())
                    .forEach(
                            comment -> out.append(INDENT).append(comment.text()).append('\n'));
            out.append(folded(INDENT + RulePrinter.pattern(rule.patterns().get(i))))
                    .append('\n');
        }
        out.append("then\n");
        atThen.forEach(comment -> out.append(INDENT).append(comment.text()).append('\n'));
        out.append(printed.substring(printed.lastIndexOf("\nthen\n") + "\nthen\n".length()));
    }

    /** The pattern that a comment was written behind, or else above; behind the last one, how many there are. */
    private static int patternAt(RuleSyntax rule, List<Token> tokens, Comment comment) {
        int next = 0;
        while (next < tokens.size() - 1 && isBefore(tokens.get(next).place(), comment.line(), comment.column())) {
            next++;
        }
        boolean behind = next > 0 && tokens.get(next - 1).place().line() == comment.line();
        Place place = tokens.get(behind ? next - 1 : next).place();
        if (!isBefore(place, thenOf(rule, tokens).line(), thenOf(rule, tokens).column())) {
            return rule.patterns().size();
        }
        int at = 0;
        for (int i = 1; i < rule.patterns().size(); i++) {
            Place start = rule.patterns().get(i).place();
            if (!isBefore(place, start.line(), start.column())) {
                at = i;
            }
        }
        return at;
    }

    /** Where the rule's {@code then} stands. */
    private static Place thenOf(RuleSyntax rule, List<Token> tokens) {
        return tokens.stream()
                .filter(token -> token.is(Token.Kind.WORD, "then"))
                .map(Token::place)
                .filter(place ->
                        !isBefore(place, rule.place().line(), rule.place().column()))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isBefore(Place place, int line, int column) {
        return place.line() < line || (place.line() == line && place.column() < column);
    }

    /** Broken after commas and semicolons where it is too long for a line. */
    private static String folded(String line) {
        if (line.length() <= WIDTH) {
            return line;
        }
        StringBuilder out = new StringBuilder();
        String indent = INDENT + INDENT;
        int start = 0;
        int lastBreak = -1;
        int column = 0;
        boolean text = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (text && c == '\\') {
                i++;
                column += 2;
                continue;
            }
            text ^= c == '"';
            column++;
            if (column > WIDTH && lastBreak > start) {
                out.append(line, start, lastBreak).append('\n').append(indent);
                start = lastBreak + 1;
                column = indent.length() + i + 1 - start;
                lastBreak = -1;
            }
            if (!text && c == ' ' && i > 0 && (line.charAt(i - 1) == ',' || line.charAt(i - 1) == ';')) {
                lastBreak = i;
            }
        }
        return out.append(line.substring(start)).toString();
    }

    /** The line on which each rule ends. */
    private static List<Integer> ends(List<Token> tokens) {
        return tokens.stream()
                .filter(token -> token.is(Token.Kind.WORD, "end"))
                .map(token -> token.place().line())
                .toList();
    }

    private static List<Comment> comments(String text) {
        List<Comment> comments = new ArrayList<>();
        int line = 1;
        int lineStart = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (text.startsWith("//", i) || text.startsWith("/*", i)) {
                int end = text.startsWith("//", i) ? lineEnd(text, i) : text.indexOf("*/", i) + 2;
                String comment = text.substring(i, end).stripTrailing();
                int last = line
                        + (int) comment.chars().filter(each -> each == '\n').count();
                comments.add(new Comment(line, last, i - lineStart + 1, comment));
                lineStart = last == line ? lineStart : text.lastIndexOf('\n', end - 1) + 1;
                line = last;
                i = end - 1;
            } else if (c == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return comments;
    }

    private static int lineEnd(String text, int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }
}
