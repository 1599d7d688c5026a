package dev.writ.rules;

/** How a term's value is found: an object of the class that its {@link ValueType} names, or {@link Undefined}. */
@FunctionalInterface
interface Reading {
    Object in(Evaluation evaluation);
}
