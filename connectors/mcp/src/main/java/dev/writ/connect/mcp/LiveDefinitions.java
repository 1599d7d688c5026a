package dev.writ.connect.mcp;

import dev.writ.connect.mcp.Operation.Pinned;
import dev.writ.model.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a server offered when it was last asked.
 *
 * @param session in which it was asked
 * @param asked when
 * @param changes how many changes had been announced by then
 */
record LiveDefinitions(
        Session session, McpListing listing, Instant asked, long changes, Map<Named, List<JsonObject>> byName) {

    /** What a server tells its definitions apart by. */
    record Named(Kind kind, String name) {}

    static LiveDefinitions of(Session session, McpListing listing, Instant asked, long changes) {
        return new LiveDefinitions(session, listing, asked, changes, byName(listing));
    }

    /** Definitions by name: more than one where a server lists a name again. */
    static Map<Named, List<JsonObject>> byName(McpListing listing) {
        Map<Named, List<JsonObject>> byName = new LinkedHashMap<>();
        listing.tools().forEach(tool -> add(byName, Kind.TOOL, tool));
        listing.prompts().forEach(prompt -> add(byName, Kind.PROMPT, prompt));
        return byName;
    }

    private static void add(Map<Named, List<JsonObject>> byName, Kind kind, JsonObject definition) {
        byName.merge(
                new Named(kind, definition.text("name").orElse("")),
                List.of(definition),
                (before, more) -> Stream.concat(before.stream(), more.stream()).toList());
    }

    /** Why that must not be called now, if it must not. */
    Optional<String> mismatch(Pinned pinned) {
        List<JsonObject> live = byName.getOrDefault(new Named(pinned.kind(), pinned.name()), List.of());
        if (live.isEmpty()) {
            return Optional.of("the server does not offer this tool any more");
        }
        if (live.size() > 1) {
            return Optional.of("the server lists this tool more than once, so nobody can tell which one it would call;"
                    + " an operator must review it");
        }
        return live.get(0).equals(pinned.definition())
                ? Optional.empty()
                : Optional.of(
                        "the server changed this tool's definition after it was approved; an operator must review it");
    }
}
