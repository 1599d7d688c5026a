package dev.writ.model;

import java.util.Arrays;
import java.util.Locale;

/** How much harm a call of a tool can do, as the operator judges it; from least to most. */
public enum RiskClass {
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL;

    /** As it is written everywhere: {@code high}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The class that is written so.
     *
     * @throws IllegalArgumentException if there is none, with those there are
     */
    public static RiskClass parse(String text) {
        return Arrays.stream(values())
                .filter(risk -> risk.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'risk' is low, medium, high or critical"));
    }
}
