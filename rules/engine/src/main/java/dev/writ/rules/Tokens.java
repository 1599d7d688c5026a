package dev.writ.rules;

import java.util.List;
import java.util.Optional;

/** A position in a file's tokens. */
final class Tokens {

    private final List<Token> tokens;
    private int at;

    Tokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    boolean atEnd() {
        return isNext(Token.Kind.END);
    }

    Place place() {
        return peek().place();
    }

    boolean isNext(Token.Kind kind) {
        return peek().kind() == kind;
    }

    /** The next token is that word or symbol. */
    boolean at(String wordOrSymbol) {
        return isWordOrSymbol(peek(), wordOrSymbol);
    }

    /** The next tokens are a dot and that word. */
    boolean atStep(String word) {
        return at(".") && tokens.get(at + 1).is(Token.Kind.WORD, word);
    }

    /** The next token's text if it is a word, and no word otherwise. */
    String peekWord() {
        return isNext(Token.Kind.WORD) ? peek().text() : "";
    }

    Token skip() {
        Token token = peek();
        if (token.kind() != Token.Kind.END) {
            at++;
        }
        return token;
    }

    boolean accept(String wordOrSymbol) {
        if (!at(wordOrSymbol)) {
            return false;
        }
        skip();
        return true;
    }

    /** Takes {@code $name :} if that is what comes next. */
    Optional<String> acceptBinding() {
        if (!isNext(Token.Kind.VARIABLE) || !tokens.get(at + 1).is(Token.Kind.SYMBOL, ":")) {
            return Optional.empty();
        }
        String variable = skip().text();
        skip();
        return Optional.of(variable);
    }

    void require(String wordOrSymbol, String expected) {
        if (!accept(wordOrSymbol)) {
            throw unexpected(expected + " is expected");
        }
    }

    Token next(Token.Kind kind, String expected) {
        if (!isNext(kind)) {
            throw unexpected(expected + " is expected");
        }
        return skip();
    }

    String text(String expected) {
        return next(Token.Kind.TEXT, expected).text();
    }

    String oneOf(List<String> words, String expected) {
        if (!words.contains(peekWord())) {
            throw unexpected(expected + " is expected");
        }
        return skip().text();
    }

    SyntaxException unexpected(String expectation) {
        return new SyntaxException(place().problem("found " + peek().shown() + "; " + expectation));
    }

    /** Goes on behind the token at hand, at what looks like the start of a rule. */
    void skipToNextRule() {
        skip();
        while (!atEnd() && !(at("rule") && tokens.get(at + 1).kind() == Token.Kind.TEXT)) {
            skip();
        }
    }

    private Token peek() {
        return tokens.get(at);
    }

    private static boolean isWordOrSymbol(Token token, String text) {
        return token.is(Token.Kind.WORD, text) || token.is(Token.Kind.SYMBOL, text);
    }
}
