package dev.writ.model;

/** A text is not the JSON it should be. The message never holds a value from the text. */
public final class JsonException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is wrong, so that callers can choose a status. */
    public enum Kind {
        SYNTAX,
        TOO_LARGE,
        TOO_DEEP,
        DUPLICATE_MEMBER,
        LONE_SURROGATE,
        INEXACT_NUMBER
    }

    private final Kind kind;
    private final String what;

    public JsonException(Kind kind, String message) {
        super(message);
        this.kind = kind;
        this.what = message;
    }

    public Kind kind() {
        return kind;
    }

    /** What is wrong and where, as part of a sentence. */
    public String what() {
        return what;
    }
}
