package dev.writ.rules;

import java.util.List;

/**
 * A term that makes sense.
 *
 * @param vocabulary the only texts it, or an item of it, can be; empty if there is no such list
 */
record Typed(Term term, ValueType type, Reading reading, List<String> vocabulary) {

    static Typed constant(Term term, ValueType type, Object value) {
        return new Typed(term, type, evaluation -> value, List.of());
    }

    boolean isScalar() {
        return type != ValueType.LIST;
    }
}
