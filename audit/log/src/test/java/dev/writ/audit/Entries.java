package dev.writ.audit;

import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Entries for tests. */
public final class Entries {

    public static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    private Entries() {}

    public static Entry plain(String kind) {
        return touching(kind, Set.of());
    }

    public static Entry keyed(String kind, String... keys) {
        return new Entry(kind, NOON, List.of(keys), Set.of(), Map.of(), JsonObject.empty(), "subject-1", List.of());
    }

    public static Entry touching(String kind, Set<String> topics, Input... inputs) {
        return new Entry(kind, NOON, List.of(), topics, Map.of(), JsonObject.empty(), "subject-1", List.of(inputs));
    }

    public static Entry columned(String kind, Instant at, Map<Column, String> columns) {
        return new Entry(kind, at, List.of(), Set.of(), columns, JsonObject.empty(), "subject-1", List.of());
    }

    public static Entry ofSubject(String subjectKey, Input... inputs) {
        return new Entry(
                "DECIDED", NOON, List.of(), Set.of(), Map.of(), JsonObject.empty(), subjectKey, List.of(inputs));
    }

    public static Entry ofBody(JsonObject body) {
        return new Entry("DECIDED", NOON, List.of(), Set.of(), Map.of(), body, "subject-1", List.of());
    }
}
