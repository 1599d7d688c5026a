package dev.writ.gateway.mcp;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Lists in pages: the same order for everybody, of which each sees a part. */
@ApplicationScoped
class Lists {

    private final Seal seal;
    private final McpConfig config;

    Lists(Seal seal, McpConfig config) {
        this.seal = seal;
        this.config = config;
    }

    /**
     * The page that is asked for.
     *
     * @param member under which its items are
     * @param items all that the principal may see, by what they are ordered by
     */
    JsonObject page(Asked asked, String member, SortedMap<String, JsonObject> items) {
        SortedMap<String, JsonObject> rest = asked.params()
                .get("cursor")
                .map(cursor -> after(asked, member))
                .map(after -> items.tailMap(after + '\0'))
                .orElse(items);
        List<Map.Entry<String, JsonObject>> these =
                rest.entrySet().stream().limit(config.page()).toList();
        JsonObject.Builder page = JsonObject.builder()
                .put(
                        member,
                        new JsonArray(these.stream()
                                .<JsonValue>map(Map.Entry::getValue)
                                .toList()));
        if (these.size() < rest.size()) {
            page.put(
                    "nextCursor",
                    seal.seal(
                            Seal.Use.CURSOR,
                            JsonObject.builder()
                                    .put("list", member)
                                    .put("after", these.get(these.size() - 1).getKey())
                                    .build()));
        }
        return cacheable(asked, page).build();
    }

    /** What a client of 2026 is told of how long it may keep it; what one may see another may not. */
    JsonObject.Builder cacheable(Asked asked, JsonObject.Builder result) {
        return asked.revision().isModern()
                ? result.put("ttlMs", JsonNumber.of(config.listLifetime().toMillis()))
                        .put("cacheScope", "private")
                : result;
    }

    private String after(Asked asked, String member) {
        return asked.params()
                .text("cursor")
                .flatMap(cursor -> seal.open(Seal.Use.CURSOR, cursor))
                .filter(cursor -> cursor.text("list").filter(member::equals).isPresent())
                .flatMap(cursor -> cursor.text("after"))
                .orElseThrow(() -> McpException.invalid("'cursor' is the 'nextCursor' of another page of this list."));
    }
}
