package dev.writ.rules;

import java.util.List;

/**
 * What could not be told.
 *
 * @param cause names a part of the rule, never a value
 * @param about the index of the earlier call that it was about, if it was about one
 */
record Doubt(String cause, List<Long> about) {

    static final Doubt NONE = new Doubt("", List.of());

    private static final String TOO_MANY = "there are too many earlier calls for ";

    /** That no more of them may be looked at for that pattern. */
    static Doubt tooMany(String shown, List<Long> about) {
        return new Doubt(TOO_MANY + shown, about);
    }

    boolean isOfTooMany() {
        return cause.startsWith(TOO_MANY);
    }

    /** Whether everything can be told. */
    boolean isNone() {
        return cause.isEmpty();
    }
}
