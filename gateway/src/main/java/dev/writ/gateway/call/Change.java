package dev.writ.gateway.call;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * One value of a call's arguments that somebody changed. Lists of another length are one value.
 *
 * @param steps where it is: names of members and numbers of items
 * @param from absent if it was not there
 * @param to absent if it is not there any more
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6901">RFC 6901, JSON Pointer</a>
 */
record Change(List<String> steps, Optional<JsonValue> from, Optional<JsonValue> to) {

    private static final Pattern INDEX = Pattern.compile("0|[1-9]\\d{0,8}");

    Change {
        steps = List.copyOf(steps);
    }

    /** In the order of names. */
    static List<Change> between(JsonObject before, JsonObject after) {
        List<Change> changes = new ArrayList<>();
        compare(List.of(), Optional.of(before), Optional.of(after), changes);
        return List.copyOf(changes);
    }

    private static void compare(
            List<String> steps, Optional<JsonValue> before, Optional<JsonValue> after, List<Change> changes) {
        if (before.equals(after)) {
            return;
        }
        if (before.orElse(null) instanceof JsonObject one && after.orElse(null) instanceof JsonObject other) {
            TreeSet<String> names = new TreeSet<>(one.members().keySet());
            names.addAll(other.members().keySet());
            names.forEach(name -> compare(with(steps, name), one.get(name), other.get(name), changes));
        } else if (before.orElse(null) instanceof JsonArray one
                && after.orElse(null) instanceof JsonArray other
                && one.items().size() == other.items().size()) {
            for (int i = 0; i < one.items().size(); i++) {
                compare(
                        with(steps, Integer.toString(i)),
                        Optional.of(one.items().get(i)),
                        Optional.of(other.items().get(i)),
                        changes);
            }
        } else {
            changes.add(new Change(steps, before, after));
        }
    }

    private static List<String> with(List<String> steps, String step) {
        List<String> deeper = new ArrayList<>(steps);
        deeper.add(step);
        return deeper;
    }

    /** The arguments with those changes; empty if they have no such places. */
    static Optional<JsonObject> apply(List<Change> changes, JsonObject arguments) {
        JsonValue changed = arguments;
        for (Change change : changes) {
            Optional<JsonValue> next = change.put(changed, 0);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            changed = next.get();
        }
        return Optional.of((JsonObject) changed);
    }

    private Optional<JsonValue> put(JsonValue into, int depth) {
        String step = steps.get(depth);
        boolean isLast = depth == steps.size() - 1;
        if (into instanceof JsonObject object) {
            Map<String, JsonValue> members = new LinkedHashMap<>(object.members());
            Optional<JsonValue> inner = isLast ? to : object.get(step).flatMap(member -> put(member, depth + 1));
            if (!isLast && inner.isEmpty()) {
                return Optional.empty();
            }
            inner.ifPresentOrElse(value -> members.put(step, value), () -> members.remove(step));
            return Optional.of(new JsonObject(members));
        }
        if (into instanceof JsonArray array
                && INDEX.matcher(step).matches()
                && Integer.parseInt(step) < array.items().size()) {
            int at = Integer.parseInt(step);
            List<JsonValue> items = new ArrayList<>(array.items());
            Optional<JsonValue> inner = isLast ? to : put(items.get(at), depth + 1);
            return inner.map(value -> {
                items.set(at, value);
                return new JsonArray(items);
            });
        }
        return Optional.empty();
    }

    JsonObject toJson() {
        StringBuilder pointer = new StringBuilder();
        steps.forEach(step -> pointer.append('/').append(step.replace("~", "~0").replace("/", "~1")));
        JsonObject.Builder json = JsonObject.builder().put("path", pointer.toString());
        from.ifPresent(value -> json.put("from", value));
        to.ifPresent(value -> json.put("to", value));
        return json.build();
    }
}
