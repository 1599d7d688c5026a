package dev.writ.rules;

import java.util.ArrayList;
import java.util.List;

/** A pattern at the head of a table's columns, and where in it their conditions go. */
record TablePattern(List<Token> before, List<Token> after) {

    TablePattern {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    /** @throws SyntaxException if the cell holds no pattern, or one that takes no conditions from columns */
    static TablePattern read(String file, TableCell cell, List<BundleProblem> problems) {
        List<Token> tokens = TableTokens.of(file, cell, problems);
        RuleParser.require(RuleParser.Part.PATTERN, tokens);
        List<Token> content = tokens.subList(0, tokens.size() - 1);
        int end = content.get(0).is(Token.Kind.WORD, "accumulate") ? content.size() - 1 : endOfFirst(content);
        if (end < 0) {
            throw new SyntaxException(cell.place()
                    .problem("columns stand below ToolCall( ... ), Principal( ... ) and the"
                            + " like, Past( ... ), exists, not or accumulate"));
        }
        return new TablePattern(content.subList(0, end), content.subList(end, content.size()));
    }

    /** The parenthesis that closes the first fact; -1 if there are several facts. */
    private static int endOfFirst(List<Token> tokens) {
        int open = 0;
        while (!isFact(tokens.get(open)) || !tokens.get(open + 1).is(Token.Kind.SYMBOL, "(")) {
            open++;
        }
        int end = closing(tokens, open + 1);
        boolean several = tokens.subList(end, tokens.size()).stream().anyMatch(TablePattern::isFact);
        return several ? -1 : end;
    }

    private static boolean isFact(Token token) {
        return token.kind() == Token.Kind.WORD
                && Character.isUpperCase(token.text().charAt(0));
    }

    private static int closing(List<Token> tokens, int open) {
        int depth = 0;
        for (int i = open; i < tokens.size(); i++) {
            depth += tokens.get(i).is(Token.Kind.SYMBOL, "(") ? 1 : 0;
            depth -= tokens.get(i).is(Token.Kind.SYMBOL, ")") ? 1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return -1;
    }

    /** The pattern with those conditions in it. */
    List<Token> with(List<List<Token>> conditions) {
        List<Token> tokens = new ArrayList<>(before);
        for (List<Token> condition : conditions) {
            Token last = tokens.get(tokens.size() - 1);
            if (!last.is(Token.Kind.SYMBOL, "(")) {
                tokens.add(TableTokens.symbol(separator(tokens), last.place()));
            }
            tokens.addAll(condition);
        }
        tokens.addAll(after);
        return tokens;
    }

    /** The conditions of an accumulation stand behind its second semicolon. */
    private static String separator(List<Token> tokens) {
        long semicolons = tokens.stream()
                .filter(token -> token.is(Token.Kind.SYMBOL, ";"))
                .count();
        return semicolons == 1 ? ";" : ",";
    }
}
