package dev.writ.gateway.approval;

import dev.writ.audit.Entry;
import dev.writ.audit.Input;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What approvers see from an entry on, instead of what they saw before.
 *
 * @param view complete; empty where it was erased or not read
 * @param mac its keyed digest
 */
record Revision(JsonObject view, String mac) {

    static final String VIEW_MAC = "viewMac";

    private static final String VIEW = "view";

    /** What that entry shows from then on; empty if it is not one that changes what they see. */
    static Optional<Revision> of(Entry entry) {
        return entry.body()
                .text(VIEW_MAC)
                .map(mac -> new Revision(
                        entry.input(VIEW)
                                .filter(JsonObject.class::isInstance)
                                .map(JsonObject.class::cast)
                                .orElse(JsonObject.empty()),
                        mac));
    }

    Input input() {
        return new Input(VIEW, view, false);
    }

    /** The object with that member, in place of one of that name. */
    static JsonObject with(JsonObject object, String name, JsonValue value) {
        Map<String, JsonValue> members = new LinkedHashMap<>(object.members());
        members.put(name, value);
        return new JsonObject(members);
    }
}
