package dev.writ.rules;

import java.util.Arrays;
import java.util.stream.Collectors;

/** How two values are compared. */
enum Operator {
    EQUAL("==", false),
    NOT_EQUAL("!=", true),
    LESS("<", false),
    AT_MOST("<=", false),
    MORE(">", false),
    AT_LEAST(">=", false),
    CONTAINS("contains", false),
    NOT_CONTAINS("not contains", true),
    MEMBER_OF("memberOf", false),
    NOT_MEMBER_OF("not memberOf", true),
    MATCHES("matches", false),
    NOT_MATCHES("not matches", true),
    IN("in", false),
    NOT_IN("not in", true);

    private final String written;
    private final boolean negative;

    Operator(String written, boolean negative) {
        this.written = written;
        this.negative = negative;
    }

    String written() {
        return written;
    }

    /** It holds for all values but some, so what it holds for cannot be told of a value that is not there. */
    boolean isNegative() {
        return negative;
    }

    /** It asks what is in a list. */
    boolean isSet() {
        return this == CONTAINS || this == MEMBER_OF;
    }

    boolean isOrdering() {
        return this == LESS || this == AT_MOST || this == MORE || this == AT_LEAST;
    }

    /** The operator without its {@code not}. */
    Operator positive() {
        return switch (this) {
            case NOT_EQUAL -> EQUAL;
            case NOT_CONTAINS -> CONTAINS;
            case NOT_MEMBER_OF -> MEMBER_OF;
            case NOT_MATCHES -> MATCHES;
            case NOT_IN -> IN;
            default -> this;
        };
    }

    /** What holds exactly when this one does not. */
    Operator opposite() {
        return switch (this) {
            case EQUAL -> NOT_EQUAL;
            case LESS -> AT_LEAST;
            case AT_MOST -> MORE;
            case MORE -> AT_MOST;
            case AT_LEAST -> LESS;
            case CONTAINS -> NOT_CONTAINS;
            case MEMBER_OF -> NOT_MEMBER_OF;
            case MATCHES -> NOT_MATCHES;
            case IN -> NOT_IN;
            default -> positive();
        };
    }

    /** Of an ordering, the one that differs from it only for equal values. */
    Operator otherEdge() {
        return switch (this) {
            case LESS -> AT_MOST;
            case AT_MOST -> LESS;
            case MORE -> AT_LEAST;
            case AT_LEAST -> MORE;
            default -> this;
        };
    }

    static String list() {
        return Arrays.stream(values()).map(Operator::written).collect(Collectors.joining(", "));
    }
}
