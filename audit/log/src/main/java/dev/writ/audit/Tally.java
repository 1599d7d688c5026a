package dev.writ.audit;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many entries are alike.
 *
 * @param group what they have in common; without what they do not have at all. Hours and days are written as an instant.
 */
public record Tally(Map<Grouping, String> group, long entries) {

    public Tally {
        group = group.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(group));
    }
}
