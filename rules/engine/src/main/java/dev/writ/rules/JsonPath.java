package dev.writ.rules;

import dev.writ.model.JsonArray;
import dev.writ.model.JsonBoolean;
import dev.writ.model.JsonNumber;
import dev.writ.model.JsonObject;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Names of members, from the outermost in, written with dots: {@code payment.amount}. */
record JsonPath(List<String> members) {

    JsonPath {
        members = List.copyOf(members);
    }

    /** Empty if a member has no name. */
    static Optional<JsonPath> parse(String dotted) {
        List<String> members = List.of(dotted.split("\\.", -1));
        return members.stream().anyMatch(String::isBlank) ? Optional.empty() : Optional.of(new JsonPath(members));
    }

    /** The value there if it is of that type, else {@link Undefined}. */
    Object in(JsonObject object, ValueType type) {
        return typed(find(object), type);
    }

    private @Nullable JsonValue find(JsonObject object) {
        JsonValue found = object;
        for (int i = 0; i < members.size(); i++) {
            if (!(found instanceof JsonObject inner)) {
                return null;
            }
            found = inner.members().get(members.get(i));
        }
        return found;
    }

    private static Object typed(@Nullable JsonValue value, ValueType type) {
        if (type == ValueType.NUMBER && value instanceof JsonNumber number) {
            return number.value();
        } else if (type == ValueType.TEXT && value instanceof JsonString text) {
            return text.value();
        } else if (type == ValueType.DATE && value instanceof JsonString text) {
            return Undefined.unless(LocalTimes.date(text.value()));
        } else if (type == ValueType.FLAG && value instanceof JsonBoolean flag) {
            return flag == JsonBoolean.TRUE;
        } else if (type == ValueType.LIST && value instanceof JsonArray array) {
            return array;
        }
        return Undefined.UNDEFINED;
    }
}
