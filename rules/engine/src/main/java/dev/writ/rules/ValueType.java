package dev.writ.rules;

import java.util.Locale;

/** The types of values in rules, and the types of JSON Schema that are read as them. */
enum ValueType {
    /** A {@link java.math.BigDecimal}. */
    NUMBER,
    /** A {@link String}. */
    TEXT,
    /** A {@link Boolean}. */
    FLAG,
    /** A {@link java.time.LocalDate}. */
    DATE,
    /** A {@link java.time.LocalTime}. */
    TIME,
    /** An {@link java.time.Instant}. */
    MOMENT,
    /** A {@link dev.writ.model.JsonArray} or a set of texts. */
    LIST;

    boolean reads(String schemaType) {
        return switch (schemaType) {
            case "number", "integer" -> this == NUMBER;
            case "string" -> this == TEXT || this == DATE || this == MOMENT;
            case "boolean" -> this == FLAG;
            case "array" -> this == LIST;
            default -> false;
        };
    }

    /** There are no literals of it; a text that is compared with one is read as one. */
    boolean isTemporal() {
        return this == DATE || this == TIME || this == MOMENT;
    }

    boolean isOrdered() {
        return this == NUMBER || isTemporal();
    }

    String written() {
        return name().toLowerCase(Locale.ROOT);
    }
}
