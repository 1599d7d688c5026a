package dev.writ.rules;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names of members, from the outermost in, written with dots: {@code payment.amount}. Behind a name {@code [*]} stands for each item
 * of the list there: {@code passengers[*].name}.
 */
record JsonPath(List<String> members) {

    /** Stands between the names of a list and of what its items have. */
    static final String EACH = "[*]";

    JsonPath {
        members = List.copyOf(members);
    }

    /** Empty if a member has no name. */
    static Optional<JsonPath> parse(String dotted) {
        List<String> members = new ArrayList<>();
        for (String step : dotted.split("\\.", -1)) {
            boolean isEach = step.endsWith(EACH);
            String name = isEach ? step.substring(0, step.length() - EACH.length()) : step;
            if (name.isBlank()) {
                return Optional.empty();
            }
            members.add(name);
            if (isEach) {
                members.add(EACH);
            }
        }
        return Optional.of(new JsonPath(members));
    }

    /** It leads to any number of values. */
    boolean isThroughItems() {
        return members.contains(EACH);
    }

    /**
     * The value there if it is of that type, else {@link Undefined}. Through items it is the list of what all of them have there.
     *
     * @param zone of moments that say none
     */
    Object in(JsonObject object, ValueType type, ZoneId zone) {
        if (!isThroughItems()) {
            return typed(find(object, 0, members.size()), type, zone);
        }
        List<JsonValue> all = new ArrayList<>();
        return collect(object, 0, all) ? typed(new JsonArray(all), type, zone) : Undefined.UNDEFINED;
    }

    /** False if one of the items lacks it. */
    private boolean collect(JsonValue value, int from, List<JsonValue> all) {
        int each = from;
        while (each < members.size() && !members.get(each).equals(EACH)) {
            each++;
        }
        JsonValue found = find(value, from, each);
        if (each == members.size()) {
            return found != null && all.add(found);
        }
        int next = each + 1;
        return found instanceof JsonArray array && array.items().stream().allMatch(item -> collect(item, next, all));
    }

    private @Nullable JsonValue find(JsonValue value, int from, int to) {
        JsonValue found = value;
        for (int i = from; i < to; i++) {
            if (!(found instanceof JsonObject inner)) {
                return null;
            }
            found = inner.members().get(members.get(i));
        }
        return found;
    }

    private static Object typed(@Nullable JsonValue value, ValueType type, ZoneId zone) {
        if (type == ValueType.NUMBER && value instanceof JsonNumber number) {
            return number.value();
        } else if (type == ValueType.TEXT && value instanceof JsonString text) {
            return text.value();
        } else if (type == ValueType.DATE && value instanceof JsonString text) {
            return Undefined.unless(LocalTimes.date(text.value()));
        } else if (type == ValueType.MOMENT && value instanceof JsonString text) {
            return Undefined.unless(LocalTimes.moment(text.value(), zone));
        } else if (type == ValueType.FLAG && value instanceof JsonBoolean flag) {
            return flag == JsonBoolean.TRUE;
        } else if (type == ValueType.LIST && value instanceof JsonArray array) {
            return array;
        }
        return Undefined.UNDEFINED;
    }
}
