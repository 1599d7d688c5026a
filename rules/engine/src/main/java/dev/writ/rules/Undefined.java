package dev.writ.rules;

import java.util.Optional;

/** Stands for a value that is absent or of another type than the rule reads; see {@link Truth}. */
enum Undefined {
    UNDEFINED;

    static Object unless(Optional<?> value) {
        return value.isPresent() ? value.get() : UNDEFINED;
    }
}
