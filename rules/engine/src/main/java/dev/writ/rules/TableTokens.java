package dev.writ.rules;

import java.util.ArrayList;
import java.util.List;

/** Cuts cells that hold parts of rules into tokens, which stand where they stand in the table's file. */
final class TableTokens {

    private TableTokens() {}

    /** The last one is {@link Token.Kind#END}. */
    static List<Token> of(String file, TableCell cell, List<BundleProblem> problems) {
        List<BundleProblem> inCell = new ArrayList<>();
        List<Token> tokens = Lexer.tokens(file, cell.text(), inCell).stream()
                .map(token -> new Token(token.kind(), token.text(), cell.place(token.place())))
                .toList();
        for (BundleProblem problem : inCell) {
            problems.add(cell.place(new Place(file, problem.line(), problem.column()))
                    .problem(problem.message()));
        }
        return tokens;
    }

    static Token word(String word, Place place) {
        return new Token(Token.Kind.WORD, word, place);
    }

    static Token symbol(String symbol, Place place) {
        return new Token(Token.Kind.SYMBOL, symbol, place);
    }

    static Token text(String text, Place place) {
        return new Token(Token.Kind.TEXT, text, place);
    }
}
