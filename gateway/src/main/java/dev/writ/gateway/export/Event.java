package dev.writ.gateway.export;

import dev.writ.audit.Column;
import dev.writ.audit.Entry;
import dev.writ.audit.Leaf;
import dev.writ.model.JsonLimits;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.Optional;

/**
 * An entry on its way out.
 *
 * @param origin of the log
 */
record Event(String origin, Slot.Kept slot, Entry entry) {

    private static final JsonLimits LIMITS = new JsonLimits(Leaf.MAX_BYTES, JsonLimits.TRUSTED.maxDepth());

    static Event of(String origin, Slot.Kept slot) {
        return new Event(origin, slot, Leaf.decode(slot.leaf()).entry());
    }

    /** Names this entry among those of all logs. */
    String id() {
        return origin + "/" + slot.index();
    }

    /** The leaf, which is canonical: written as canonical JSON again it is the same bytes. */
    JsonObject leaf() {
        return (JsonObject) JsonValue.parse(slot.leaf(), LIMITS);
    }

    Optional<String> column(Column column) {
        return entry.column(column);
    }

    /** Who did it. */
    String actor() {
        return entry.body().text("actor").or(() -> column(Column.AGENT)).orElse("writ");
    }
}
