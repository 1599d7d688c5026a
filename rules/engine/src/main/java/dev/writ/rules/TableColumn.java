package dev.writ.rules;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One column of a decision table.
 *
 * @param index counted from 0
 * @param template empty for names and descriptions
 */
record TableColumn(int index, Kind kind, Optional<TableTemplate> template) {

    /** What a column holds, by the words that Drools has for it. */
    enum Kind {
        NAME,
        DESCRIPTION,
        METADATA,
        CONDITION,
        ACTION;

        static Optional<Kind> named(String word) {
            return Arrays.stream(values())
                    .filter(kind -> kind.name().equals(word))
                    .findFirst();
        }

        static String list() {
            return Arrays.stream(values()).map(Kind::name).collect(Collectors.joining(", "));
        }

        boolean hasTemplate() {
            return this != NAME && this != DESCRIPTION;
        }
    }
}
