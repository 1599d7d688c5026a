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

    /** Whether everything can be told. */
    boolean isNone() {
        return cause.isEmpty();
    }
}
